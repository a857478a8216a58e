-- Does what is due on an account that nobody calls.
--
-- Also forgets reservations that ended long ago, and folds what is old in the ledger.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 member: ''  3 via  4 ledger entries before this time are folded, ms
-- REPLY  OK | PROFILE | CLOCK | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is packed: reservations forgotten, ledger entries folded
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local all, names = {}, {}
local in_plan = {cmsgpack.unpack(sent_rules)}
for at = 1, #in_plan, 2 do all[in_plan[at]] = true end
for at = A_TYPES, #account, 2 do all[account[at]] = true end
for name in pairs(all) do names[#names + 1] = name end
table.sort(names)
local concerned = {}
for i, name in ipairs(names) do concerned[2 * i - 1], concerned[2 * i] = name, 0 end
-- include: catch_up

local ended = redis.call('ZRANGEBYSCORE', KEYS[DUE], FORGET, string.format('%d', FORGET + now), 'LIMIT', 0, 1000)
local aged, oldest = 0, tonumber(ARGV[4])
for _, entry in ipairs(redis.call('LRANGE', KEYS[LEDGER], 0, 999)) do
  local _, _, time = cmsgpack.unpack_limit(entry, 2)
  if time >= oldest then break end
  aged = aged + 1
end
detail = cmsgpack.pack(#ended, math.max(0, aged - 1))
if #ended > 0 then
  redis.call('HDEL', KEYS[HOLDS], unpack(ended))
  redis.call('ZREM', KEYS[DUE], unpack(ended))
end
if aged > 1 then
  local surplus, folded = aged - 1, nil
  -- include: fold
  redis.call('LTRIM', KEYS[LEDGER], surplus + 1, -1)
  redis.call('LPUSH', KEYS[LEDGER], folded)
end
-- include: finish
