-- An account pays from now on for a member that names itself alone.
--
-- The side of the member, which is opened if it does not exist. Written before the payer's side; if that does
-- not follow, the next call undoes it.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 belongs
-- ARGV   1 frame  2 request: ''  3 via  4 payer  5 move: 1 to take it from another payer, else 0
-- REPLY  OK | PROFILE | CLOCK | OTHER_PAYER | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is the payer that it had before; OTHER_PAYER adds: payer
-- include: begin
-- include: expire
local code, detail, answer = OK, payer, nil
local concerned = {}
-- include: catch_up

if payer ~= '' and payer ~= ARGV[4] and ARGV[5] ~= '1' then
  answer = {OTHER_PAYER, now, payer}
elseif payer ~= ARGV[4] then
  local standing = {cmsgpack.unpack(account[A_STANDING])}
  standing[S_PROFILE] = standing[S_PROFILE] + 1
  standing[S_PAYER], standing[S_PAYER_SINCE] = ARGV[4], now
  account[A_STANDING] = cmsgpack.pack(unpack(standing))
  account[A_REVISION] = account[A_REVISION] + 1
  opens = true
  if payer ~= '' then redis.call('HSET', KEYS[BELONGS], payer, string.format('%d', now)) end
  redis.call('HSET', KEYS[BELONGS], ARGV[4], '0')
end
-- include: finish
