-- Tells the secret of a namespace, and makes it if there is none: servers that ask together get the same.
--
-- KEYS   1 string: the secret
-- ARGV   1 what it becomes if there is none
-- REPLY  OK
--        OK adds: the secret
local secret = redis.call('GET', KEYS[1])
if not secret then
  secret = ARGV[1]
  redis.call('SET', KEYS[1], secret)
end
return {OK, secret}
