-- Opens an account as an operator wants it.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 packed: version (0: the time), status, expires, grace, closed, zone, locale, allowances, info
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | EXISTS | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if replayed, else 0
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local concerned = {}
-- include: catch_up

if again then
  detail = 1
elseif not answer and not fresh then
  answer = {EXISTS, now}
elseif not answer then
  local version, its_status, its_expires, its_grace, its_closed, its_zone, its_locale, own, info =
    cmsgpack.unpack(ARGV[5])
  if version == 0 then version = now end
  account[A_STANDING] = cmsgpack.pack(version, sent_plan, opened, its_status, its_expires, its_grace,
    its_closed, its_zone, its_locale, own, '', 0, 0, info)
  local outcome = ''
  -- include: remember
end
-- include: finish
