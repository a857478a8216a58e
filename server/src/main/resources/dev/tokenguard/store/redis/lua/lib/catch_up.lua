-- Section: brings the token types of `concerned` up to now: nothing that was due is left undone.
--
-- Periods are the server's to compute (java.time); it sends the bounds of three, and the one that
-- contains the clock of Redis is taken.
--
-- Needs: begin, concerned: {type, amount ...} in order of type, of which the amounts do not matter here.
-- Sets: rules: token type -> packed rule.
local rules, stale = {}, fresh or expired_due -- a hold that expired may be of a type that is due as well
local all_rules = {cmsgpack.unpack(sent_rules)}
for i = 1, #concerned, 2 do
  local name, rule, settled = concerned[i], nil, true -- as far as can be told without doing anything
  for at = 1, #all_rules, 2 do
    if all_rules[at] == name then rule = all_rules[at + 1] end
  end
  local amount, rollover, carry_debt, schedule, index, previous, start, till, next_end
  if rule then
    amount, rollover, carry_debt, schedule, index, previous, start, till, next_end = cmsgpack.unpack(rule)
    if now < previous or now >= next_end then return {CLOCK, now} end
    rules[name], settled = rule, false
  end
  -- include: balance
  for at = B_POCKETS, #balance, P_SIZE do
    if now >= balance[at + P_UNTIL] then
      stale = true
    elseif balance[at + P_SCHEDULE] ~= GRANT then
      if rule then
        settled = balance[at + P_SCHEDULE] == schedule and balance[at + P_AMOUNT] == amount
      else
        settled = balance[at + P_FREE] == 0
      end
    end
  end
  stale = stale or not settled
end
if stale then
  -- include: ledger
  -- include: pocket
  -- include: room
  -- include: period
end
