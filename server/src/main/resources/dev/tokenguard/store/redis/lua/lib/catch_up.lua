-- Section: brings the token types in `names` up to now: nothing that was due is left undone.
--
-- Periods are the server's to compute (java.time); it sends the bounds of three, and the one that
-- contains the clock of Redis is taken.
--
-- Needs: begin, names: token types in order. Sets: rules: token type -> rule; shown: the names.
local rules, shown, stale = {}, names, fresh
local packed_rules = {}
for at = F_RULES, #frame, 2 do packed_rules[frame[at]] = frame[at + 1] end
if fresh then -- a new account gets all that its plan gives
  names = {}
  for name in pairs(packed_rules) do names[#names + 1] = name end
  for _, name in ipairs(shown) do
    if not packed_rules[name] then names[#names + 1] = name end
  end
  table.sort(names)
end
for i = 1, #names do
  local name = names[i]
  -- include: balance
  local rule, settled = packed_rules[name], true -- settled as far as can be told without doing anything
  if rule then
    rule = {cmsgpack.unpack(rule)}
    rules[name] = rule
    if now < rule[R_PREVIOUS] or now >= rule[R_NEXT_END] then return {CLOCK, now} end
    settled = false
  end
  for at = B_POCKETS, #balance, P_SIZE do
    if now >= balance[at + P_UNTIL] then
      stale = true
    elseif balance[at + P_SCHEDULE] ~= GRANT then
      if rule then
        settled = balance[at + P_SCHEDULE] == rule[R_SCHEDULE] and balance[at + P_AMOUNT] == rule[R_AMOUNT]
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
