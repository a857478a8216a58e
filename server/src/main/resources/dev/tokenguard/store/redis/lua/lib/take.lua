-- Section: holds the tokens that decide has allowed, in burn order.
--
-- Needs: decide. Sets: takes: {type, member's period, pocket, amount, pocket, amount ...} ...
local takes = {}
for i = 1, #needs, 2 do
  local name, left = needs[i], needs[i + 1]
  local take = {name, 0}
  for _, pocket in ipairs(balances[name][B_POCKETS]) do
    local part = math.min(pocket[P_FREE], left)
    if part > 0 then
      pocket[P_FREE] = pocket[P_FREE] - part
      pocket[P_HELD] = pocket[P_HELD] + part
      left = left - part
      local n = #take
      take[n + 1], take[n + 2] = pocket[P_ID], part
    end
    if pocket[P_SCHEDULE] ~= GRANT then take[2] = pocket[P_ID] end
  end
  if member then
    local use = member[M_USE][name]
    if not use or use[1] ~= take[2] then use = {take[2], 0, 0} end
    use[3] = use[3] + needs[i + 1]
    member[M_USE][name] = use
    members[member_id] = member
  end
  changed[name] = true
  takes[#takes + 1] = take
end
