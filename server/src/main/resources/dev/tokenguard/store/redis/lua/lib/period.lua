-- What happens to a token type when time passes or its plan changes. Runs inside catch_up.
local period_lines = {}
events = events or {}

-- Start, end and number of the period that contains now.
local function period_of(rule)
  if now < rule[R_START] then return rule[R_PREVIOUS], rule[R_START], rule[R_INDEX] - 1 end
  if now < rule[R_END] then return rule[R_START], rule[R_END], rule[R_INDEX] end
  return rule[R_END], rule[R_NEXT_END], rule[R_INDEX] + 1
end

-- Takes a pocket out of the balance. What is free in it lapses; what is held settles without it.
local function lapse_pocket(balance, at)
  balance[B_ORPHANED] = balance[B_ORPHANED] + balance[at + P_HELD]
  balance[B_LAPSED] = balance[B_LAPSED] + balance[at + P_FREE]
  take_out(balance, at)
end

-- Returns how much of it lapsed since the period that contains now began.
local function lapse_grants(name, balance, rule)
  local start, recent = rule and period_of(rule) or 0, 0
  for at = #balance - P_SIZE + 1, B_POCKETS, -P_SIZE do
    local till = balance[at + P_UNTIL]
    if balance[at + P_SCHEDULE] == GRANT and till <= now then
      local free, lines = balance[at + P_FREE], {}
      ended_grants = ended_grants or {}
      ended_grants[#ended_grants + 1] = balance[at + P_ID]
      -- One that was slept through has covered no debt, which counts as lapsed only at a reset.
      if balance[B_LAPSED] + free > MAX then start_anew(name, balance) end
      lapse_pocket(balance, at)
      balance[B_PERIOD_LAPSED] = math.min(balance[B_PERIOD_LAPSED] + free, MAX)
      if till > start then recent = math.min(recent + free, MAX) end
      append(events, LAPSED_EVENT, name, free)
      add_line(lines, name, balance, 0, 0, free, 0)
      add_entry(L_EXPIRE, nil, '', 'grant', lines)
    end
  end
  return recent
end

-- The allowance of the period that contains now, `carried` on top of what the plan gives. Returns what
-- is in it: less than that only where the account's sum would pass 2^53 - 1.
local function begin_allowance(balance, rule, carried)
  local from, till, index = period_of(rule)
  local others = held_tokens(balance) + math.max(0, free_tokens(balance))
  local free = math.min(rule[R_AMOUNT] + carried, MAX - others)
  put_in(balance, account[A_NEXT_POCKET], ALLOWANCE_PRIORITY, rule[R_AMOUNT], free, 0, from, till,
    rule[R_SCHEDULE], index)
  account[A_NEXT_POCKET] = account[A_NEXT_POCKET] + 1
  return free
end

-- What the periods gave that an account slept through. It is reset once, and has and owes as much as if
-- it had been reset in each.
local function slept_through(balance, rule, at)
  if balance[at + P_SCHEDULE] ~= rule[R_SCHEDULE] then return 0 end
  local _, _, index = period_of(rule)
  return math.min(math.max(index - balance[at + P_INDEX] - 1, 0) * rule[R_AMOUNT], MAX)
end

-- Debt is forgiven by a reset, which then lets lapse that much less than nothing; or it is carried into
-- the new period and counts as consumed there.
local function settle_debt(balance, rule, at)
  if rule[R_CARRY_DEBT] ~= 1 then
    balance[B_LAPSED] = balance[B_LAPSED] - balance[B_DEBT]
    balance[B_DEBT] = 0
  elseif balance[at + P_FREE] < 0 then
    balance[B_DEBT] = balance[B_DEBT] - balance[at + P_FREE]
    balance[at + P_FREE] = 0
  end
end

local function reset_allowance(name, balance, rule, at, recent)
  local granted, lapsed = balance[B_GRANTED], balance[B_LAPSED]
  settle_debt(balance, rule, at)
  local slept = slept_through(balance, rule, at)
  local covered = math.min(balance[B_DEBT], slept)
  local unused = math.min(math.max(balance[at + P_FREE], 0), rule[R_ROLLOVER])
  local carried = math.min(unused + (slept - covered), rule[R_ROLLOVER])
  balance[B_DEBT] = balance[B_DEBT] - covered
  balance[at + P_FREE] = balance[at + P_FREE] - unused
  local ended = math.max(balance[at + P_FREE], 0)
  lapse_pocket(balance, at)
  balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED] = balance[B_DEBT], recent
  if granted < 0 or granted + covered + rule[R_AMOUNT] + carried > MAX then
    -- What lapsed is told first: it makes the room, and with it what is left begins anew.
    local lines = {}
    add_line(lines, name, balance, 0, 0, balance[B_LAPSED] - lapsed, 0)
    add_entry(L_RESET, nil, '', '', lines)
    start_anew(name, balance)
    granted, lapsed = balance[B_GRANTED], balance[B_LAPSED]
  end
  local free = begin_allowance(balance, rule, carried)
  balance[B_GRANTED] = granted - unused + free + covered
  if ended > 0 then append(events, LAPSED_EVENT, name, ended) end
  append(events, RESET_EVENT, name, free)
  add_line(period_lines, name, balance, balance[B_GRANTED] - granted, 0, balance[B_LAPSED] - lapsed, 0)
end

local function open_allowance(name, balance, rule)
  make_room(name, balance, rule[R_AMOUNT], 0)
  local free = begin_allowance(balance, rule, 0)
  balance[B_GRANTED] = balance[B_GRANTED] + free
  add_line(period_lines, name, balance, free, 0, 0, 0)
end

-- A changed plan changes the limit and keeps what was used.
local function adjust_allowance(name, balance, rule, at)
  local difference = rule[R_AMOUNT] - balance[at + P_AMOUNT]
  if difference == 0 and balance[at + P_SCHEDULE] == rule[R_SCHEDULE] then return end
  if balance[at + P_SCHEDULE] ~= rule[R_SCHEDULE] then
    balance[at + P_FROM], balance[at + P_UNTIL], balance[at + P_INDEX] = period_of(rule)
    balance[at + P_SCHEDULE] = rule[R_SCHEDULE]
    put_in(balance, take_out(balance, at)) -- it may burn at another time now
    at = allowance_of(balance)
  end
  make_room(name, balance, math.max(difference, 0), 0)
  local room = MAX - held_tokens(balance) - math.max(0, free_tokens(balance))
  difference = math.max(math.min(difference, room), -MAX - free_tokens(balance))
  balance[at + P_AMOUNT] = rule[R_AMOUNT]
  balance[at + P_FREE] = balance[at + P_FREE] + difference
  balance[B_GRANTED] = balance[B_GRANTED] + difference
  local lines = {}
  add_line(lines, name, balance, difference, 0, 0, 0)
  add_entry(L_ADJUST, nil, '', 'plan', lines)
end

-- The plan has this token type no more: what was used or is held stays, the rest is taken back, and
-- would be there again if the plan had it again.
local function withdraw_allowance(name, balance, at)
  local free, lines = balance[at + P_FREE], {}
  if balance[at + P_UNTIL] <= now then
    local debt = balance[B_DEBT] -- forgiven, as by a reset
    lapse_pocket(balance, at)
    balance[B_LAPSED], balance[B_DEBT] = balance[B_LAPSED] - debt, 0
    balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED] = 0, 0
    if free > 0 then append(events, LAPSED_EVENT, name, free) end
    add_line(lines, name, balance, 0, 0, free - debt, 0)
    add_entry(L_EXPIRE, nil, '', 'plan', lines)
    if balance[B_GRANTED] < 0 then start_anew(name, balance) end
  elseif free ~= 0 then
    balance[at + P_AMOUNT] = balance[at + P_AMOUNT] - free
    balance[at + P_FREE] = 0
    balance[B_GRANTED] = balance[B_GRANTED] - free
    add_line(lines, name, balance, -free, 0, 0, 0)
    add_entry(L_ADJUST, nil, '', 'plan', lines)
  end
end

-- The token types concerned, and those of which a hold expired: what it returned must not pay a debt that
-- a reset forgives. A new account gets all that its plan gives.
local names = {}
for name in pairs(balances) do names[#names + 1] = name end
for at = 1, #all_rules, 2 do
  local name = all_rules[at]
  if fresh and not balances[name] then names[#names + 1] = name end
  if fresh or balances[name] then rules[name] = all_rules[at + 1] end
end
table.sort(names)
for _, name in ipairs(names) do
  -- include: balance
  local rule = rules[name] and {cmsgpack.unpack(rules[name])}
  if rule and (now < rule[R_PREVIOUS] or now >= rule[R_NEXT_END]) then return {CLOCK, now} end
  local recent = lapse_grants(name, balance, rule)
  local allowance = allowance_of(balance)
  if rule and not allowance then
    open_allowance(name, balance, rule)
  elseif rule and balance[allowance + P_UNTIL] <= now then
    reset_allowance(name, balance, rule, allowance, recent)
  elseif rule then
    adjust_allowance(name, balance, rule, allowance)
  elseif allowance then
    withdraw_allowance(name, balance, allowance)
  end
end
if fresh then
  add_entry(L_OPEN, nil, '', '', period_lines)
elseif #period_lines > 0 then
  add_entry(L_RESET, nil, '', '', period_lines)
end
