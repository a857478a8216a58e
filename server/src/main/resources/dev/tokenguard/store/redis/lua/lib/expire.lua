-- Section: returns every hold whose time is over, before periods are looked at: what expired before
-- its period ended was free at that moment.
--
-- Needs: begin. Changes: account, balances, and a hold that the script may hold in `hold` already: it
-- reads its own afterwards.
if now >= account[A_NEXT_DUE] then
  -- include: ledger

  local function return_take(hold, take)
    local name, lapsed, amount = take[1], 0, 0
    local balance = balances[name] or cmsgpack.unpack(types[name])
    balances[name], changed[name] = balance, true
    for i = 3, #take, 2 do
      local home = nil
      for _, pocket in ipairs(balance[B_POCKETS]) do
        if pocket[P_ID] == take[i] then home = pocket end
      end
      local part = take[i + 1]
      amount = amount + part
      if home then
        home[P_HELD] = home[P_HELD] - part
      else
        balance[B_ORPHANED] = balance[B_ORPHANED] - part
      end
      if home and hold[H_EXPIRES] <= home[P_UNTIL] then
        home[P_FREE] = home[P_FREE] + part
        -- It covers debt now if it was there before the reset that may follow.
        local covered = math.max(0, math.min(balance[B_DEBT], home[P_FREE]))
        for _, pocket in ipairs(balance[B_POCKETS]) do
          if pocket[P_SCHEDULE] ~= GRANT and hold[H_EXPIRES] > pocket[P_UNTIL] then covered = 0 end
        end
        home[P_FREE], balance[B_DEBT] = home[P_FREE] - covered, balance[B_DEBT] - covered
      else
        balance[B_LAPSED] = balance[B_LAPSED] + part
        lapsed = lapsed + part
      end
    end
    return ledger_line(name, balance, 0, 0, lapsed, amount), amount
  end

  local function forget_use(id, name, period, amount)
    local member = members[id] or redis.call('HGET', KEYS[MEMBERS], id)
    if type(member) == 'string' then member = cmsgpack.unpack(member) end
    local use = member and member[M_USE][name] -- the member may have been removed meanwhile
    if use and use[1] == period then
      use[3] = use[3] - amount
      members[id] = member
    end
  end

  local function expire(id, hold)
    local lines, takes = {}, {}
    for i, take in ipairs(hold[H_TAKES]) do
      local amount
      lines[i], amount = return_take(hold, take)
      takes[i] = {take[1], 0, 0, amount}
      if hold[H_MEMBER] ~= '' then forget_use(hold[H_MEMBER], take[1], take[2], amount) end
      local n = #events
      events[n + 1], events[n + 2], events[n + 3] = EXPIRED_EVENT, take[1], amount
    end
    add_entry(L_EXPIRE, hold, id, '', lines)
    hold[H_STATE], hold[H_TAKES] = EXPIRED, takes
    account[A_OPEN] = account[A_OPEN] - 1
    local n = #due_writes
    due_writes[n + 1], due_writes[n + 2] = FORGET + now + tonumber(ARGV[9]), id
    hold_writes[n + 1], hold_writes[n + 2] = id, cmsgpack.pack(hold)
  end

  local ids = redis.call('ZRANGEBYSCORE', KEYS[DUE], '-inf', now)
  for first = 1, #ids, 500 do
    local last = math.min(first + 499, #ids)
    local packed = redis.call('HMGET', KEYS[HOLDS], unpack(ids, first, last))
    for i = first, last do
      local hold = packed[i - first + 1]
      if not hold then error('TGCORRUPT reservation ' .. ids[i] .. ' is due and missing') end
      expire(ids[i], cmsgpack.unpack(hold))
    end
  end
  local following = redis.call('ZRANGEBYSCORE', KEYS[DUE], '(' .. string.format('%.0f', now), FORGET,
    'WITHSCORES', 'LIMIT', 0, 1)
  account[A_NEXT_DUE] = following[2] and tonumber(following[2]) or FOREVER
end
