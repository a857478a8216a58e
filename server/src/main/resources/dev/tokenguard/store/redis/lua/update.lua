-- Changes what operators set of an account. A new plan takes effect at the next call, which sends its rules.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 version that it must have, or 0  6 packed: position in STANDING, value ...
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | STALE | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if replayed, else 0; STALE adds: version
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local concerned = {}
-- include: catch_up

if again then
  detail = 1
elseif answer then
  detail = 0
elseif fresh then
  answer = {NO_ACCOUNT, now}
elseif ARGV[5] ~= '0' and tonumber(ARGV[5]) ~= profile then
  answer = {STALE, now, profile}
else
  local standing, changes = {cmsgpack.unpack(account[A_STANDING])}, {cmsgpack.unpack(ARGV[6])}
  for i = 1, #changes, 2 do standing[changes[i]] = changes[i + 1] end
  standing[S_PROFILE] = profile + 1
  account[A_STANDING] = cmsgpack.pack(unpack(standing))
  account[A_REVISION] = account[A_REVISION] + 1
  local outcome = ''
  -- include: remember
end
-- include: finish
