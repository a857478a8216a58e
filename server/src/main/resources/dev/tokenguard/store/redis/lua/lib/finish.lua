-- Section: answers, and writes what changed, once, after everything has been read and checked: a Lua
-- error in the middle would leave the earlier writes in place.
--
-- Nothing here can fail halfway. The first write is one that Redis refuses as a whole when it is out of
-- memory, read-only or cannot persist. Every key was read in this call, so that a wrong type has shown
-- itself, except DUE; and that one is written first.
--
-- Needs: all that changed, the script's own reservation packed in stored_hold; and answer: a whole reply,
-- or nil with code and detail. The reply is then {code, ms, detail, hold, account, events}: hold ('' if
-- there is none) and account as they are stored, events {kind, type, amount ...} only if there are any.
-- So what was packed to be stored is all there is to tell, and the server adds it up. A denied or only
-- checked account that is fresh is not opened, and told with revision 0.
local unopened = fresh and not due and not opens
local changed = account[A_REVISION] ~= before

if changed then
  if added then
    for _, name in ipairs(added) do
      local balance, n = balances[name], #account
      if #balance >= B_POCKETS or balance[B_CONSUMED] > 0 or balance[B_GRANTED] ~= 0 then
        account[n + 1], account[n + 2] = name, ''
      end
    end
  end
  for slot = A_TYPES, #account, 2 do
    local balance = balances[account[slot]]
    if balance then
      local debt = balance[B_DEBT]
      if debt > 0 then -- free tokens cover it as soon as there are any
        for at = B_POCKETS, #balance, P_SIZE do
          local part = math.max(0, math.min(balance[at + P_FREE], debt))
          balance[at + P_FREE] = balance[at + P_FREE] - part
          debt = debt - part
        end
        balance[B_DEBT] = debt
      end
      for at = #balance - P_SIZE + 1, B_POCKETS, -P_SIZE do
        if balance[at + P_SCHEDULE] == GRANT and balance[at + P_FREE] == 0 and balance[at + P_HELD] == 0 then
          ended_grants = ended_grants or {}
          ended_grants[#ended_grants + 1] = balance[at + P_ID]
          for i = at, #balance do balance[i] = balance[i + P_SIZE] end
        end
      end
      balance[B_SIZE] = #balance
      account[slot + 1] = cmsgpack.pack(unpack(balance))
    end
  end
  account[A_SIZE] = #account
  if fresh and entries and not entries[2] then
    account[A_FIRST], entries = entries[1], nil
  elseif entries and account[A_FIRST] ~= '' then
    if type(account[A_FIRST]) ~= 'string' then error('TGCORRUPT the first entry of the ledger is none') end
    table.insert(entries, 1, account[A_FIRST])
    account[A_FIRST] = ''
  end
  if unopened then
    account[A_REVISION] = 0
  elseif fresh then
    events = events or {}
    for _, value in ipairs({OPENED_EVENT, '', 0}) do events[#events + 1] = value end
  end
  stored_account = cmsgpack.pack(unpack(account))
end
if not answer then answer = {code, now, detail, stored_hold or '', stored_account, events} end

if changed and not unopened then
  local surplus = 0
  local folded = nil
  if entries then
    surplus = redis.call('LLEN', KEYS[LEDGER]) + #entries - max_ledger
    if surplus >= LEDGER_SLACK then
      -- include: fold
    end
  end
  local forget = nil
  if before % FORGET_EVERY + account[A_REVISION] - before >= FORGET_EVERY then
    forget = redis.call('ZRANGEBYSCORE', KEYS[DUE], FORGET, string.format('%d', FORGET + now), 'LIMIT', 0,
      FORGET_AT_ONCE)
    for i = #forget, 1, -1 do -- what this call writes is not to be forgotten by it: a late commit
      if due and forget[i] == ARGV[SUBJECT] then table.remove(forget, i) end
    end
  end
  local due_text = due and string.format('%d', due) -- 0.8 us less than when Redis does it

  if expired_due then
    for first = 1, #expired_due, 1000 do
      redis.call('ZADD', KEYS[DUE], unpack(expired_due, first, math.min(first + 999, #expired_due)))
    end
  end
  if due then redis.call('ZADD', KEYS[DUE], due_text, ARGV[SUBJECT]) end
  redis.call('SET', KEYS[ACCOUNT], stored_account)
  if expired_holds then
    for first = 1, #expired_holds, 1000 do
      redis.call('HSET', KEYS[HOLDS], unpack(expired_holds, first, math.min(first + 999, #expired_holds)))
    end
  end
  if due then redis.call('HSET', KEYS[HOLDS], ARGV[SUBJECT], stored_hold) end
  if members then
    for id, member in pairs(members) do
      if member then
        redis.call('HSET', KEYS[MEMBERS], id, cmsgpack.pack(member))
      else
        redis.call('HDEL', KEYS[MEMBERS], id)
      end
    end
  end
  if entries then
    for first = 1, #entries, 1000 do
      redis.call('RPUSH', KEYS[LEDGER], unpack(entries, first, math.min(first + 999, #entries)))
    end
  end
  if folded then
    redis.call('LTRIM', KEYS[LEDGER], surplus + 1, -1)
    redis.call('LPUSH', KEYS[LEDGER], folded)
  end
  if started then redis.call('ZREM', KEYS[DUE], unpack(started)) end
  if ended_grants then redis.pcall('HDEL', KEYS[GRANTS], unpack(ended_grants)) end -- the one unread key
  if charged then -- statistics: they must not fail what is booked by now
    for i = 1, #charged, 2 do
      local total = redis.pcall('HINCRBY', KEYS[usage_key], charged[i], charged[i + 1])
      if total == charged[i + 1] then redis.pcall('PEXPIRE', KEYS[usage_key], charged.keep) end
    end
  end
  if forget and #forget > 0 then
    redis.call('ZREM', KEYS[DUE], unpack(forget))
    redis.call('HDEL', KEYS[HOLDS], unpack(forget))
  end
end
return answer
