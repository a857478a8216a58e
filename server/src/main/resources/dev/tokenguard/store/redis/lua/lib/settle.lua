-- Section: ends a hold's takes. The first tokens of each type are charged, as far as `used_of` says; the
-- rest goes back exactly to where it came from. What came from a pocket that has lapsed lapses too.
--
-- Needs: catch_up, hold that is OPEN, used_of: token type -> amount. Sets: lapsed: token type -> amount, or nil.
local lapsed = nil
local taken, left = nil, 0 -- a token type, and how much of it is yet to be charged
for row = H_ROWS, #hold, T_SIZE do
  local name, part = hold[row + T_TYPE], hold[row + T_AMOUNT]
  if name ~= taken then taken, left = name, used_of[name] or 0 end
  local balance, home, charged = balances[name], nil, part
  if charged > left then charged = left end
  left = left - charged
  for at = B_POCKETS, #balance, P_SIZE do
    if balance[at + P_ID] == hold[row + T_POCKET] then home = at end
  end
  if home then
    balance[home + P_HELD] = balance[home + P_HELD] - part
    balance[home + P_FREE] = balance[home + P_FREE] + part - charged
    balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + charged
  else
    if balance[B_ORPHANED] < part then error('TGCORRUPT more is held than the account knows') end
    balance[B_ORPHANED] = balance[B_ORPHANED] - part
    balance[B_LAPSED] = balance[B_LAPSED] + part - charged
    lapsed = lapsed or {}
    lapsed[name] = (lapsed[name] or 0) + part - charged
  end
  balance[B_CONSUMED] = balance[B_CONSUMED] + charged

  local member_id = hold[H_MEMBER]
  if member_id ~= '' then -- counted in the period in which it was taken
    -- include: member
    local use = member and member[M_USE][name]
    if use and use[1] == hold[row + T_PERIOD] then
      use[2], use[3] = use[2] + charged, use[3] - part
      if use[2] > MAX then use[2] = MAX end
      members = members or {}
      members[member_id] = member
    end
  end
end
account[A_OPEN] = account[A_OPEN] - 1
