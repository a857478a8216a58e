-- Deletes an account on which no work runs.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 deleted  8 recent denials
-- ARGV   1 frame  2 request  3 via  4 version that it must have, or 0
--        5 what to remember of the request, or ''  6 ms to remember it
-- REPLY  OK | PROFILE | STALE | TOO_MANY | NO_ACCOUNT | NOT_PAYER
--        STALE adds: version; TOO_MANY adds: open holds
-- include: begin
-- include: expire
if fresh then return {NO_ACCOUNT, now} end
if ARGV[4] ~= '0' and tonumber(ARGV[4]) ~= profile then return {STALE, now, profile} end
if account[A_OPEN] > 0 then return {TOO_MANY, now, account[A_OPEN]} end
redis.call('UNLINK', unpack(KEYS, 1, GRANTS))
redis.call('UNLINK', KEYS[8])
if ARGV[5] ~= '' then redis.call('SET', KEYS[DELETED], ARGV[5], 'PX', ARGV[6]) end
return {OK, now}
