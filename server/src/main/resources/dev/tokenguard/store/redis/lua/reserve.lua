-- Holds tokens for work that is about to start.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 reservation  11 fingerprint  12 feature  13 member  14 listed: 1 or 0
--        15 needs: packed {type, amount ...}  16 metadata: packed, or ''  17 ttl, ms
-- REPLY  OK | DENIED | PROFILE | CLOCK | MISMATCH | TOO_MANY | NO_ACCOUNT
--        OK adds: replayed, reservation; DENIED adds: denial; TOO_MANY adds: open holds
local needs, member_id, listed = cmsgpack.unpack(ARGV[15]), ARGV[13], ARGV[14] == '1'
-- include: begin
-- include: expire
-- include: hold
local code, details, answer = OK, {}, nil
local names = {}
local concerned = hold and held or needs
for i = 1, #concerned, 2 do names[#names + 1] = concerned[i] end
-- include: catch_up

if hold then
  -- include: replay
else
  -- include: decide
  if denial then
    code, details = DENIED, {denial}
  elseif account[A_OPEN] >= tonumber(ARGV[7]) then
    answer = {TOO_MANY, now, account[A_OPEN]}
  else
    -- include: take
    local expires = now + tonumber(ARGV[17])
    account[A_REVISION] = account[A_REVISION] + 1
    account[A_OPEN] = account[A_OPEN] + 1
    account[A_NEXT_DUE] = math.min(account[A_NEXT_DUE], expires)
    hold = {OPEN, ARGV[11], ARGV[12], member_id, now, expires, ARGV[16], takes}
    local n = #due_writes
    due_writes[n + 1], due_writes[n + 2] = expires, ARGV[10]
    n = #hold_writes
    hold_writes[n + 1], hold_writes[n + 2] = ARGV[10], cmsgpack.pack(hold)
    details = {0, {OPEN, ARGV[12], member_id, now, expires, needs}}
  end
end
-- include: finish
