-- Functions on the pockets of one balance, each named by where its row begins. They touch nothing else.

-- Where the allowance is; nil if there is none.
local function allowance_of(balance)
  for at = B_POCKETS, #balance, P_SIZE do
    if balance[at + P_SCHEDULE] ~= GRANT then return at end
  end
end

-- Takes a pocket out of the balance. Returns its values.
local function take_out(balance, at)
  local pocket = {unpack(balance, at, at + P_SIZE - 1)}
  for i = at, #balance do balance[i] = balance[i + P_SIZE] end
  return unpack(pocket)
end

-- Whether the pocket at `at` burns before another one: smallest priority, then first end, then oldest.
local function burns_before(balance, at, priority, till, id)
  if balance[at + P_PRIORITY] ~= priority then return balance[at + P_PRIORITY] < priority end
  if balance[at + P_UNTIL] ~= till then return balance[at + P_UNTIL] < till end
  return balance[at + P_ID] < id
end

-- Puts a pocket in, in burn order.
local function put_in(balance, id, priority, amount, free, held, from, till, schedule, index)
  local at, last = B_POCKETS, #balance
  while at <= last and burns_before(balance, at, priority, till, id) do at = at + P_SIZE end
  for i = last, at, -1 do balance[i + P_SIZE] = balance[i] end
  for i, value in ipairs({id, priority, amount, free, held, from, till, schedule, index}) do
    balance[at + i - 1] = value
  end
end

-- What may be taken; negative when debt outweighs.
local function free_tokens(balance)
  local free = -balance[B_DEBT]
  for at = B_POCKETS, #balance, P_SIZE do free = free + balance[at + P_FREE] end
  return free
end

local function held_tokens(balance)
  local held = balance[B_ORPHANED]
  for at = B_POCKETS, #balance, P_SIZE do held = held + balance[at + P_HELD] end
  return held
end
