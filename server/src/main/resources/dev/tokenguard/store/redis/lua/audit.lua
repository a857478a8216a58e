-- Reads an account and its open holds in one step, for the audit of one that changes all the time.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 open holds to read at most
-- REPLY  OK | NO_ACCOUNT | TOO_MANY
--        OK adds: account; {id, when it is due ...}; {hold or what a grant is ...}, nil where it is
--        missing; entries in holds; entries in due
local stored_account = redis.call('GET', KEYS[ACCOUNT])
if not stored_account then return {NO_ACCOUNT, 0} end
local open = string.format('(%d', FORGET)
if redis.call('ZCOUNT', KEYS[DUE], '-inf', open) > tonumber(ARGV[1]) then return {TOO_MANY, 0} end
local due = redis.call('ZRANGEBYSCORE', KEYS[DUE], '-inf', open, 'WITHSCORES')
local holds = {}
for i = 1, #due, 2 do
  local id = due[i]
  if string.sub(id, 1, 1) == SCHEDULED then
    holds[#holds + 1] = redis.call('HGET', KEYS[GRANTS], string.sub(id, 2))
  else
    holds[#holds + 1] = redis.call('HGET', KEYS[HOLDS], id)
  end
end
return {OK, stored_account, due, holds, redis.call('HLEN', KEYS[HOLDS]), redis.call('ZCARD', KEYS[DUE])}
