-- Adds a member, changes its caps, or removes it: the side of the account that pays, which decides.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 member  6 add, cap or remove  7 caps, packed: type, amount ...
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | NO_MEMBER | TOO_MANY_MEMBERS | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if it was so before, else 0;
--        TOO_MANY_MEMBERS adds: members
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local concerned = {}
-- include: catch_up

local member_id, what = ARGV[5], ARGV[6]
-- include: member
local was = member and member[M_LISTED] or 0
local caps, sent, same = {}, {cmsgpack.unpack(ARGV[7])}, was == 1 and what == 'add'
for i = 1, #sent, 2 do
  caps[sent[i]] = sent[i + 1]
  same = same and member[M_CAPS][sent[i]] == sent[i + 1]
end
for name in pairs(member and member[M_CAPS] or {}) do same = same and caps[name] ~= nil end
if again then
  detail = 1
elseif answer then
  detail = 0
elseif fresh then
  answer = {NO_ACCOUNT, now}
elseif same then
  detail = 1
elseif what == 'remove' and was == 0 or what == 'cap' and not member then
  answer = {NO_MEMBER, now}
elseif not member and redis.call('HLEN', KEYS[MEMBERS]) >= max_members then
  answer = {TOO_MANY_MEMBERS, now, redis.call('HLEN', KEYS[MEMBERS])}
else
  member = member or {0, {}, {}}
  member[M_CAPS] = caps
  if what == 'add' then member[M_LISTED] = 1 end
  if what == 'remove' then
    member[M_LISTED] = 0
    local holds = false -- what runs is settled as before, and counted
    for _, use in pairs(member[M_USE]) do holds = holds or use[3] > 0 end
    if not holds then member = false end
  end
  members = members or {}
  members[member_id] = member
  local listed = member and member[M_LISTED] or 0
  if listed ~= was then
    local standing = {cmsgpack.unpack(account[A_STANDING])}
    standing[S_MEMBERS] = standing[S_MEMBERS] + listed - was
    account[A_STANDING] = cmsgpack.pack(unpack(standing))
  end
  account[A_REVISION] = account[A_REVISION] + 1
  local outcome = ''
  -- include: remember
end
-- include: finish
