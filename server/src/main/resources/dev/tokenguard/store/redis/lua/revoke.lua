-- Takes back what is left of a grant. What reservations hold of it lapses when it comes back.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 pocket  6 grant's id  7 metadata: packed, or ''
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | NOT_FOUND | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is packed: 1 if replayed, else 0; tokens taken back and their
--        type
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local grant = redis.call('HGET', KEYS[GRANTS], ARGV[5])
grant = grant and {cmsgpack.unpack(grant)}
local concerned = {}
if again then
  concerned = {string.match(again, ' (.*)'), 0}
elseif grant and grant[G_ID] == ARGV[6] then
  concerned = {grant[G_TYPE], 0}
end
-- include: catch_up
for _, ended in ipairs(ended_grants or {}) do -- nothing is left of it by now
  if ended == tonumber(ARGV[5]) and not again then concerned = {} end
end

if again then
  detail = cmsgpack.pack(1, again)
elseif not answer and fresh then
  answer = {NO_ACCOUNT, now}
elseif not answer and #concerned == 0 then
  answer = {NOT_FOUND, now}
elseif not answer then
  -- include: ledger
  -- include: pocket
  local name, pocket, revoked = grant[G_TYPE], tonumber(ARGV[5]), 0
  local balance, home = balances[name], nil
  for at = B_POCKETS, #balance, P_SIZE do
    if balance[at + P_ID] == pocket then home = at end
  end
  if home then
    local lines = {}
    revoked = balance[home + P_FREE]
    balance[B_ORPHANED] = balance[B_ORPHANED] + balance[home + P_HELD]
    balance[B_GRANTED] = balance[B_GRANTED] - revoked
    take_out(balance, home)
    add_line(lines, name, balance, -revoked, 0, 0, 0)
    account[A_REVISION] = account[A_REVISION] + 1
    entries = entries or {}
    entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_ADJUST, '', '', ARGV[6], ARGV[7],
      'revoke', 0, unpack(lines))
  else -- it has not begun
    account[A_REVISION] = account[A_REVISION] + 1
    started = started or {}
    started[#started + 1] = SCHEDULED .. ARGV[5]
  end
  ended_grants = ended_grants or {}
  ended_grants[#ended_grants + 1] = pocket
  local outcome = string.format('%d', revoked) .. ' ' .. name
  -- include: remember
  detail = cmsgpack.pack(0, outcome)
end
-- include: finish
