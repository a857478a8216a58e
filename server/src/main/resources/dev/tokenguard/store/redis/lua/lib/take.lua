-- Section: holds the tokens that decide has allowed, in burn order.
--
-- Needs: decide. Sets: takes: rows of TAKE, nil for none.
local takes = nil
for i = 1, #needs, 2 do
  local name, left = needs[i], needs[i + 1]
  local balance, use = balances[name], actor and actor[M_USE][name]
  -- include: member_period
  if left == 0 then -- nothing to take, but to tell
    takes = takes or {}
    for _, value in ipairs({name, period, 0, 0}) do takes[#takes + 1] = value end
  end
  for at = B_POCKETS, #balance, P_SIZE do
    local part = balance[at + P_FREE]
    if part > left then part = left end
    if part > 0 then
      balance[at + P_FREE] = balance[at + P_FREE] - part
      balance[at + P_HELD] = balance[at + P_HELD] + part
      left = left - part
      local row = {name, period, balance[at + P_ID], part}
      if takes then
        for k = 1, T_SIZE do takes[#takes + 1] = row[k] end
      else
        takes = row
      end
    end
  end
  if actor then
    if not use or use[1] ~= period then use = {period, 0, 0} end
    use[3] = use[3] + needs[i + 1]
    actor[M_USE][name] = use
    members = members or {}
    members[member_id] = actor
  end
end
