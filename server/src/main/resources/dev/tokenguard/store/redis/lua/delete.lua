-- Deletes an account on which no work runs.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 version that it must have, or 0
-- REPLY  OK | PROFILE | STALE | TOO_MANY | NO_ACCOUNT | NOT_PAYER
--        STALE adds: version; TOO_MANY adds: open holds
-- include: begin
-- include: expire
if fresh then return {NO_ACCOUNT, now} end
if ARGV[4] ~= '0' and tonumber(ARGV[4]) ~= profile then return {STALE, now, profile} end
if account[A_OPEN] > 0 then return {TOO_MANY, now, account[A_OPEN]} end
redis.call('UNLINK', unpack(KEYS))
return {OK, now}
