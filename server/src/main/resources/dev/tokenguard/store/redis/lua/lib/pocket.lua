-- Functions on the pockets of one balance. They touch nothing else.

local function in_burn_order(a, b)
  if a[P_PRIORITY] ~= b[P_PRIORITY] then return a[P_PRIORITY] < b[P_PRIORITY] end
  if a[P_UNTIL] ~= b[P_UNTIL] then return a[P_UNTIL] < b[P_UNTIL] end
  return a[P_ID] < b[P_ID]
end

local function allowance_of(balance)
  for _, pocket in ipairs(balance[B_POCKETS]) do
    if pocket[P_SCHEDULE] ~= GRANT then return pocket end
  end
end

-- What may be taken; negative when debt outweighs.
local function free_tokens(balance)
  local free = -balance[B_DEBT]
  for _, pocket in ipairs(balance[B_POCKETS]) do free = free + pocket[P_FREE] end
  return free
end

local function held_tokens(balance)
  local held = balance[B_ORPHANED]
  for _, pocket in ipairs(balance[B_POCKETS]) do held = held + pocket[P_HELD] end
  return held
end
