-- A member pays for itself again.
--
-- Its own side, after the payer's or because the payer knows nothing of it.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 belongs
-- ARGV   1 payer that it leaves  2 ms that it must have been its payer  3 the time to take as now, ms, or 0:
--        the clock of Redis
-- REPLY  OK
--        OK: 1 if it had that payer, else 0
local now = tonumber(ARGV[3])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local stored_account = redis.call('GET', KEYS[ACCOUNT])
local account = stored_account and {cmsgpack.unpack(stored_account)}
if account then
  if account[A_SIZE] ~= #account then error('TGCORRUPT the account is cut short') end
  if account[A_LAYOUT] ~= LAYOUT then error('TGLAYOUT ' .. tostring(account[A_LAYOUT])) end
end
if redis.call('HGET', KEYS[BELONGS], ARGV[1]) == '0' then
  redis.call('HSET', KEYS[BELONGS], ARGV[1], string.format('%d', now))
end
if not account then return {OK, now, 0} end
local standing = {cmsgpack.unpack(account[A_STANDING])}
if standing[S_PAYER] ~= ARGV[1] or now - standing[S_PAYER_SINCE] < tonumber(ARGV[2]) then
  return {OK, now, 0}
end
if standing[S_PLAN] == '' and account[A_OPEN] == 0 and #account < A_TYPES
  and redis.call('EXISTS', KEYS[GRANTS]) == 0 then -- it was there to tell its payer, and for nothing else
  redis.call('UNLINK', KEYS[ACCOUNT], KEYS[HOLDS], KEYS[DUE], KEYS[LEDGER], KEYS[MEMBERS], KEYS[GRANTS])
else
  standing[S_PAYER], standing[S_PAYER_SINCE] = '', now
  standing[S_PROFILE] = standing[S_PROFILE] + 1
  account[A_STANDING] = cmsgpack.pack(unpack(standing))
  account[A_REVISION] = account[A_REVISION] + 1
  redis.call('SET', KEYS[ACCOUNT], cmsgpack.pack(unpack(account)))
end
return {OK, now, 1}
