-- Holds tokens for work that is about to start.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1 frame  2 reservation  3 packed: fingerprint, feature, member, metadata (packed, or ''),
--        listed (1 or 0), ttl (ms)  4 needs, packed: type, amount ...
-- REPLY  OK | DENIED | PROFILE | CLOCK | MISMATCH | TOO_MANY | NO_ACCOUNT
--        OK: see finish.lua, detail is 1 if replayed, else 0; DENIED: detail is the denial, packed;
--        TOO_MANY adds: open holds
local fingerprint, feature, member_id, metadata, listed, ttl = cmsgpack.unpack(ARGV[3])
local needs = {cmsgpack.unpack(ARGV[4])}
-- include: begin
-- include: expire
-- include: hold
local code, detail, answer = OK, 0, nil
local names = {}
local concerned = hold and held or needs
for i = 1, #concerned, 2 do names[#names + 1] = concerned[i] end
-- include: catch_up

if hold then
  -- include: replay
else
  -- include: decide
  if denial then
    code, detail = DENIED, cmsgpack.pack(unpack(denial))
  elseif account[A_OPEN] >= frame[F_MAX_OPEN] then
    answer = {TOO_MANY, now, account[A_OPEN]}
  else
    due = now + ttl
    hold = {0, OPEN, fingerprint, feature, member_id, now, due, metadata, '', 0}
    local takes = hold
    -- include: take
    account[A_REVISION] = account[A_REVISION] + 1
    account[A_OPEN] = account[A_OPEN] + 1
    if due < account[A_NEXT_DUE] then account[A_NEXT_DUE] = due end
  end
end
-- include: finish
