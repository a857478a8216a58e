-- Section: brings the token types in `names` up to now: nothing that was due is left undone.
--
-- Periods are the server's to compute (java.time); it sends the bounds of three, and the one that
-- contains the clock of Redis is taken.
--
-- Needs: begin, names: token types in order. Sets: rules: token type -> rule; shown: the names.
local rules, shown, stale = {}, names, fresh
local packed_rules = cmsgpack.unpack(ARGV[6])
if fresh or next(changed) then
  -- A new account gets all that its plan gives; and what an expired hold returned must not pay a debt
  -- that a reset forgives.
  local all = {}
  for _, name in ipairs(shown) do all[name] = true end
  for name in pairs(fresh and packed_rules or changed) do all[name] = true end
  names = {}
  for name in pairs(all) do names[#names + 1] = name end
  table.sort(names)
end
for i = 1, #names do
  local name = names[i]
  local balance, rule = balances[name], packed_rules[name]
  if not balance then
    balance = types[name]
    balance = balance and cmsgpack.unpack(balance) or {0, 0, 0, 0, 0, 0, 0, {}}
    balances[name] = balance
  end
  local settled = true -- as far as can be told without doing anything
  if rule then
    rule = cmsgpack.unpack(rule)
    rules[name] = rule
    if now < rule[R_PREVIOUS] or now >= rule[R_NEXT_END] then return {CLOCK, now} end
    settled = false
  end
  for _, pocket in ipairs(balance[B_POCKETS]) do
    if now >= pocket[P_UNTIL] then
      stale = true
    elseif pocket[P_SCHEDULE] ~= GRANT then
      if rule then
        settled = pocket[P_SCHEDULE] == rule[R_SCHEDULE] and pocket[P_AMOUNT] == rule[R_AMOUNT]
      else
        settled = pocket[P_FREE] == 0
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
