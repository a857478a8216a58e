-- Corrects a balance by hand, up or down.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 request  3 via  4 packed: fingerprint, ms to remember it
--        5 packed: id, type, amount, allow debt: 1 or 0, reason, metadata, priority of a grant
--        6 grants at most
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | TOO_FEW | TOO_MANY | RANGE | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if replayed, else 0; TOO_FEW adds: tokens available; TOO_MANY
--        adds: grants; RANGE adds: type
local id, name, amount, allow_debt, reason, metadata, priority = cmsgpack.unpack(ARGV[5])
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local request = {cmsgpack.unpack(ARGV[4])}
-- include: request
local concerned = {name, 0}
-- include: catch_up

if again then
  detail = 1
elseif answer then
  detail = 0
elseif fresh or plan == '' then
  answer = {NO_ACCOUNT, now}
else
  -- include: ledger
  -- include: pocket
  -- include: room
  -- include: give
  local balance, home, lines = balances[name], nil, {}
  local free, taken = free_tokens(balance), math.max(0, -amount)
  local beyond = math.max(0, taken - math.max(0, free))
  if rules[name] then home = allowance_of(balance) end
  if beyond > 0 and allow_debt ~= 1 then
    answer = {TOO_FEW, now, math.max(0, free)}
  elseif beyond - math.min(free, 0) > MAX
    or amount > MAX - held_tokens(balance) - math.max(0, free) then
    answer = {RANGE, now, name}
  elseif amount > 0 and not home then
    local grants = redis.call('HLEN', KEYS[GRANTS])
    if ended_grants then grants = grants - #ended_grants end
    if grants >= tonumber(ARGV[6]) then
      answer = {TOO_MANY, now, grants}
    else
      local pocket = account[A_NEXT_POCKET]
      local grant = {id, name, amount, priority, now, FOREVER, now, reason, metadata}
      account[A_NEXT_POCKET] = pocket + 1
      put_in_grant(name, balance, pocket, grant)
      redis.call('HSET', KEYS[GRANTS], pocket, cmsgpack.pack(unpack(grant)))
    end
  elseif amount > 0 then
    make_room(name, balance, amount, 0)
    balance[home + P_FREE] = balance[home + P_FREE] + amount
    balance[B_GRANTED] = balance[B_GRANTED] + amount
  else
    local left = taken - beyond
    for at = B_POCKETS, #balance, P_SIZE do
      local part = math.max(0, math.min(balance[at + P_FREE], left))
      balance[at + P_FREE] = balance[at + P_FREE] - part
      left = left - part
    end
    if balance[B_GRANTED] - taken < -MAX then start_anew(name, balance) end
    balance[B_DEBT] = balance[B_DEBT] + beyond
    balance[B_GRANTED] = balance[B_GRANTED] - taken
  end
  if not answer then
    add_line(lines, name, balance, amount, 0, 0, 0)
    account[A_REVISION] = account[A_REVISION] + 1
    entries = entries or {}
    entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_ADJUST, '', '', id, metadata, reason,
      0, unpack(lines))
    local outcome = ''
    -- include: remember
  end
end
-- include: finish
