-- Section: answers, and writes what changed, once, after everything has been read and checked: a Lua
-- error in the middle would leave the earlier writes in place.
--
-- Nothing here can fail halfway. The first write is one that Redis refuses as a whole when it is out of
-- memory, read-only or cannot persist. Every key was read in this call, so that a wrong type has shown
-- itself, except DUE; and that one is written first.
--
-- Needs: all that changed; shown: the token types to tell; and answer: a whole reply, or nil with code and
-- details: {...} for {code, ms, revision, open holds, balances, events, details ...}. A reply holds no
-- nil, at which Redis would cut it off. A denied or only checked account that is fresh is not opened.
local unopened = fresh and #hold_writes == 0
if unopened then account[A_REVISION] = 0 end

if not answer then
  -- {type, free, held, consumed, lapsed, reset, granted, consumed, held, lapsed ...}, the last four over
  -- the account's life; reset is 0 for never.
  local rows = {}
  for i = 1, #shown do
    local name = shown[i]
    local balance = balances[name]
    local free, held_now, reset = -balance[B_DEBT], 0, 0
    for _, pocket in ipairs(balance[B_POCKETS]) do
      free, held_now = free + pocket[P_FREE], held_now + pocket[P_HELD]
      if pocket[P_SCHEDULE] ~= GRANT and rules[name] and pocket[P_UNTIL] < FOREVER then
        reset = pocket[P_UNTIL]
      end
    end
    local n = #rows
    rows[n + 1], rows[n + 2], rows[n + 3] = name, free, held_now
    rows[n + 4], rows[n + 5], rows[n + 6] = balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED], reset
    rows[n + 7], rows[n + 8] = balance[B_GRANTED], balance[B_CONSUMED]
    rows[n + 9], rows[n + 10] = held_now + balance[B_ORPHANED], balance[B_LAPSED]
  end
  answer = {code, now, account[A_REVISION], account[A_OPEN], rows, events, unpack(details)}
end

if account[A_REVISION] ~= before and not unopened then
  for name in pairs(changed) do
    local balance = balances[name]
    local pockets, debt = balance[B_POCKETS], balance[B_DEBT]
    if debt > 0 then -- free tokens cover it as soon as there are any
      for _, pocket in ipairs(pockets) do
        local part = math.max(0, math.min(pocket[P_FREE], debt))
        pocket[P_FREE] = pocket[P_FREE] - part
        debt = debt - part
      end
      balance[B_DEBT] = debt
    end
    for i = #pockets, 1, -1 do
      local pocket = pockets[i]
      if pocket[P_SCHEDULE] == GRANT and pocket[P_FREE] == 0 and pocket[P_HELD] == 0 then
        table.remove(pockets, i)
      end
    end
    types[name] = cmsgpack.pack(balance)
  end

  local surplus = 0
  local folded = nil
  if #entries > 0 then
    surplus = redis.call('LLEN', KEYS[LEDGER]) + #entries - tonumber(ARGV[8])
    if surplus >= LEDGER_SLACK then
      -- include: fold
    end
  end
  local forget = {}
  if math.floor(before / FORGET_EVERY) ~= math.floor(account[A_REVISION] / FORGET_EVERY) then
    local own = {} -- what this call writes is not to be forgotten by it: a late commit
    for i = 1, #hold_writes, 2 do own[hold_writes[i]] = true end
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[DUE], FORGET, FORGET + now, 'LIMIT', 0,
      FORGET_AT_ONCE)) do
      if not own[id] then forget[#forget + 1] = id end
    end
  end
  local packed = cmsgpack.pack(account)

  for first = 1, #due_writes, 1000 do
    redis.call('ZADD', KEYS[DUE], unpack(due_writes, first, math.min(first + 999, #due_writes)))
  end
  redis.call('SET', KEYS[ACCOUNT], packed)
  for first = 1, #hold_writes, 1000 do
    redis.call('HSET', KEYS[HOLDS], unpack(hold_writes, first, math.min(first + 999, #hold_writes)))
  end
  for id, value in pairs(members) do
    redis.call('HSET', KEYS[MEMBERS], id, cmsgpack.pack(value))
  end
  for first = 1, #entries, 1000 do
    redis.call('RPUSH', KEYS[LEDGER], unpack(entries, first, math.min(first + 999, #entries)))
  end
  if folded then
    redis.call('LTRIM', KEYS[LEDGER], surplus + 1, -1)
    redis.call('LPUSH', KEYS[LEDGER], folded)
  end
  if #forget > 0 then
    redis.call('ZREM', KEYS[DUE], unpack(forget))
    redis.call('HDEL', KEYS[HOLDS], unpack(forget))
  end
end
return answer
