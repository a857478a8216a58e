-- Section: returns every hold whose time is over, before periods are looked at: what expired before
-- its period ended was free at that moment. And puts in the grants whose time has come.
--
-- Needs: begin. Changes: account, balances, and a hold that the script may know by name: it reads its
-- own afterwards. Sets: expired_due, expired_holds, started.
if now >= account[A_NEXT_DUE] then
  -- include: ledger
  expired_due, expired_holds, events = {}, {}, {}

  -- Puts one take back. Returns how much of it lapsed.
  local function return_take(balance, hold, at)
    local part, lapsed, home = hold[at + T_AMOUNT], 0, nil
    for pocket = B_POCKETS, #balance, P_SIZE do
      if balance[pocket + P_ID] == hold[at + T_POCKET] then home = pocket end
    end
    if home then
      balance[home + P_HELD] = balance[home + P_HELD] - part
    else
      if balance[B_ORPHANED] < part then error('TGCORRUPT more is held than the account knows') end
      balance[B_ORPHANED] = balance[B_ORPHANED] - part
    end
    if home and hold[H_EXPIRES] <= balance[home + P_UNTIL] then
      local free = balance[home + P_FREE] + part
      -- It covers debt now if it was there before the reset that may follow.
      local covered = math.max(0, math.min(balance[B_DEBT], free))
      for pocket = B_POCKETS, #balance, P_SIZE do
        if balance[pocket + P_SCHEDULE] ~= GRANT and hold[H_EXPIRES] > balance[pocket + P_UNTIL] then
          covered = 0
        end
      end
      balance[home + P_FREE], balance[B_DEBT] = free - covered, balance[B_DEBT] - covered
    else
      balance[B_LAPSED] = balance[B_LAPSED] + part
      lapsed = part
    end
    return lapsed
  end

  local function forget_use(member_id, name, period, amount)
    -- include: member
    local use = member and member[M_USE][name]
    if use and use[1] == period then
      use[3] = use[3] - amount
      members = members or {}
      members[member_id] = member
    end
  end

  local function expire(id, hold)
    local lines, ends = {}, {}
    local at, size = H_ROWS, #hold
    while at <= size do -- all takes of one token type
      local name, amount, lapsed = hold[at + T_TYPE], 0, 0
      -- include: balance
      while at <= size and hold[at + T_TYPE] == name do
        amount = amount + hold[at + T_AMOUNT]
        lapsed = lapsed + return_take(balance, hold, at)
        if hold[H_MEMBER] ~= '' then
          forget_use(hold[H_MEMBER], name, hold[at + T_PERIOD], hold[at + T_AMOUNT])
        end
        at = at + T_SIZE
      end
      add_line(lines, name, balance, 0, 0, lapsed, amount)
      append(ends, name, amount, 0, amount, 0, 0)
      append(events, EXPIRED_EVENT, name, amount)
    end
    add_entry(L_EXPIRE, hold, id, '', lines)
    account[A_OPEN] = account[A_OPEN] - 1
    append(expired_due, string.format('%d', FORGET + now + memory), id)
    append(expired_holds, id, cmsgpack.pack(hold[H_FINGERPRINT], hold[H_FEATURE], hold[H_MEMBER],
      hold[H_METADATA], H_ROWS - 1 + #ends, EXPIRED, hold[H_CREATED], hold[H_EXPIRES], '', 0, unpack(ends)))
  end

  local ids = redis.call('ZRANGEBYSCORE', KEYS[DUE], '-inf', string.format('%d', now))
  for first = 1, #ids, 500 do
    local last = math.min(first + 499, #ids)
    local packed = redis.call('HMGET', KEYS[HOLDS], unpack(ids, first, last))
    for i = first, last do
      local hold = packed[i - first + 1]
      if string.sub(ids[i], 1, 1) == SCHEDULED then
        started = started or {}
        started[#started + 1] = ids[i]
      elseif not hold then
        error('TGCORRUPT reservation ' .. ids[i] .. ' is due and missing')
      else
        hold = {cmsgpack.unpack(hold)}
        if hold[H_SIZE] ~= #hold then error('TGCORRUPT reservation ' .. ids[i] .. ' is cut short') end
        if hold[H_STATE] ~= OPEN then error('TGCORRUPT reservation ' .. ids[i] .. ' is due and has ended') end
        expire(ids[i], hold)
      end
    end
  end
  if started then
    -- include: start
  end
  local following = redis.call('ZRANGEBYSCORE', KEYS[DUE], string.format('(%d', now), FORGET,
    'WITHSCORES', 'LIMIT', 0, 1)
  account[A_NEXT_DUE] = following[2] and tonumber(following[2]) or FOREVER
end
