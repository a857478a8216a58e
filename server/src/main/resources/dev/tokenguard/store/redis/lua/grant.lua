-- Grants tokens on top of the allowance, now or from a later time on.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 packed: id, type, amount, priority, from (0: now), until, reason, metadata  6 grants at most
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | TOO_MANY | RANGE | PAST | NO_ACCOUNT
--        | NOT_PAYER
--        OK: see finish.lua, detail is packed: 1 if replayed, else 0; pocket; TOO_MANY adds: grants;
--        RANGE adds: type
local id, name, amount, priority, from, till, reason, metadata = cmsgpack.unpack(ARGV[5])
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local concerned = {name, 0}
-- include: catch_up

if again then
  detail = cmsgpack.pack(1, tonumber(again))
elseif not answer and plan == '' then -- it could not use them
  answer = {NO_ACCOUNT, now}
elseif not answer then
  -- include: ledger
  -- include: pocket
  -- include: room
  -- include: give
  local balance, grants = balances[name], redis.call('HLEN', KEYS[GRANTS])
  if ended_grants then grants = grants - #ended_grants end
  if till <= now then
    answer = {PAST, now}
  elseif grants >= tonumber(ARGV[6]) then
    answer = {TOO_MANY, now, grants}
  elseif amount > MAX - held_tokens(balance) - math.max(0, free_tokens(balance)) then
    answer = {RANGE, now, name}
  else
    local pocket, later = account[A_NEXT_POCKET], from > now
    local grant = {id, name, amount, priority, math.max(from, now), till, now, reason, metadata}
    account[A_NEXT_POCKET] = pocket + 1
    if later then
      account[A_REVISION] = account[A_REVISION] + 1
      account[A_NEXT_DUE] = math.min(account[A_NEXT_DUE], from)
      redis.call('ZADD', KEYS[DUE], string.format('%d', from), SCHEDULED .. pocket)
    else
      local lines = {}
      put_in_grant(name, balance, pocket, grant)
      add_line(lines, name, balance, amount, 0, 0, 0)
      add_grant_entry(grant, lines)
    end
    redis.call('HSET', KEYS[GRANTS], pocket, cmsgpack.pack(unpack(grant)))
    local outcome = tostring(pocket)
    -- include: remember
    detail = cmsgpack.pack(0, pocket)
  end
end
-- include: finish
