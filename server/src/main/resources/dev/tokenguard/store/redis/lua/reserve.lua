-- Holds tokens for work that is about to start.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 recent denials, if any are kept
-- ARGV   1 frame  2 reservation  3 via  4 packed: fingerprint, feature, member, metadata (packed, or '')
--        5 listed: 1 or 0  6 needs, packed: type, amount ...  7 ttl, ms  8 recent denials kept
-- REPLY  OK | DENIED | PROFILE | CLOCK | MISMATCH | TOO_MANY | NO_ACCOUNT | NOT_PAYER | TOO_MANY_MEMBERS
--        OK: see finish.lua, detail is 1 if replayed, else 0; DENIED: detail is the denial, packed;
--        TOO_MANY adds: open holds; TOO_MANY_MEMBERS adds: members
local fingerprint, feature, member_id = cmsgpack.unpack(ARGV[4])
local listed, needs = ARGV[5], {cmsgpack.unpack(ARGV[6])}
local recent, kept = KEYS[7], ARGV[8]
-- include: begin
-- include: expire
-- include: hold
local code, detail, answer = OK, 0, nil
local concerned = held or needs
-- include: catch_up

if hold then
  -- include: replay
else
  -- include: decide
  -- include: payer
  if denial then
    code, detail = DENIED, cmsgpack.pack(unpack(denial))
    -- include: denied
  elseif account[A_OPEN] >= max_open then
    answer = {TOO_MANY, now, account[A_OPEN]}
  elseif crowd then
    answer = {TOO_MANY_MEMBERS, now, crowd}
  else
    -- include: take
    due = now + ARGV[7]
    takes = takes or {}
    stored_hold = ARGV[4] .. cmsgpack.pack(H_ROWS - 1 + #takes, OPEN, now, due, '', 0, unpack(takes))
    account[A_REVISION] = account[A_REVISION] + 1
    account[A_OPEN] = account[A_OPEN] + 1
    if due < account[A_NEXT_DUE] then account[A_NEXT_DUE] = due end
  end
end
-- include: finish
