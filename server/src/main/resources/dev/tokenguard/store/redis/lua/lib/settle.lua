-- Section: ends a hold's takes. The first tokens of each type are charged, as far as `charge` says; the
-- rest goes back exactly to where it came from. What came from a pocket that has lapsed lapses too.
--
-- Needs: catch_up, hold that is OPEN, charge: token type -> amount. Sets: lapsed: token type -> amount.
local lapsed = {}
for i, take in ipairs(hold[H_TAKES]) do
  local name, amount, used = take[1], 0, 0
  local balance, left = balances[name], charge[name] or 0
  for j = 3, #take, 2 do
    local part = take[j + 1]
    local charged = math.min(part, left)
    left, used, amount = left - charged, used + charged, amount + part
    local home = nil
    for _, pocket in ipairs(balance[B_POCKETS]) do
      if pocket[P_ID] == take[j] then home = pocket end
    end
    if home then
      home[P_HELD] = home[P_HELD] - part
      home[P_FREE] = home[P_FREE] + part - charged
      balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + charged
    else
      balance[B_ORPHANED] = balance[B_ORPHANED] - part
      balance[B_LAPSED] = balance[B_LAPSED] + part - charged
      lapsed[name] = (lapsed[name] or 0) + part - charged
    end
    balance[B_CONSUMED] = balance[B_CONSUMED] + charged
  end
  charge[name] = left
  changed[name] = true

  local member_id = hold[H_MEMBER]
  if member_id ~= '' then -- counted in the period in which it was taken
    local member = members[member_id] or redis.call('HGET', KEYS[MEMBERS], member_id)
    if type(member) == 'string' then member = cmsgpack.unpack(member) end
    local use = member and member[M_USE][name] -- the member may have been removed meanwhile
    if use and use[1] == take[2] then
      use[2], use[3] = use[2] + used, use[3] - amount
      members[member_id] = member
    end
  end
  hold[H_TAKES][i] = {name, 0, 0, amount} -- enough to tell the outcome again
end
account[A_OPEN] = account[A_OPEN] - 1
