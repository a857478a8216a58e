-- What happens to a token type when time passes or its plan changes. Runs inside catch_up.
local period_lines = {}

-- Start, end and number of the period that contains now.
local function period_of(rule)
  if now < rule[R_START] then return rule[R_PREVIOUS], rule[R_START], rule[R_INDEX] - 1 end
  if now < rule[R_END] then return rule[R_START], rule[R_END], rule[R_INDEX] end
  return rule[R_END], rule[R_NEXT_END], rule[R_INDEX] + 1
end

local function note_event(kind, name, amount)
  local n = #events
  events[n + 1], events[n + 2], events[n + 3] = kind, name, amount
end

-- Takes a pocket out of the balance. What is free in it lapses; what is held settles without it.
local function lapse_pocket(balance, pocket)
  local pockets = balance[B_POCKETS]
  for i = #pockets, 1, -1 do
    if pockets[i] == pocket then table.remove(pockets, i) end
  end
  balance[B_ORPHANED] = balance[B_ORPHANED] + pocket[P_HELD]
  balance[B_LAPSED] = balance[B_LAPSED] + pocket[P_FREE]
end

-- Returns how much of it lapsed since the period that contains now began.
local function lapse_grants(name, balance, rule)
  local pockets, start, recent = balance[B_POCKETS], rule and period_of(rule) or 0, 0
  for i = #pockets, 1, -1 do
    local pocket = pockets[i]
    if pocket[P_SCHEDULE] == GRANT and pocket[P_UNTIL] <= now then
      lapse_pocket(balance, pocket)
      balance[B_PERIOD_LAPSED] = balance[B_PERIOD_LAPSED] + pocket[P_FREE]
      if pocket[P_UNTIL] > start then recent = recent + pocket[P_FREE] end
      note_event(LAPSED_EVENT, name, pocket[P_FREE])
      add_entry(L_EXPIRE, nil, '', 'grant', {ledger_line(name, balance, 0, 0, pocket[P_FREE], 0)})
      changed[name] = true
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
  local pockets = balance[B_POCKETS]
  pockets[#pockets + 1] = {account[A_NEXT_POCKET], ALLOWANCE_PRIORITY, rule[R_AMOUNT], free, 0, from,
    till, rule[R_SCHEDULE], index}
  account[A_NEXT_POCKET] = account[A_NEXT_POCKET] + 1
  table.sort(pockets, in_burn_order)
  return free
end

-- What the periods gave that an account slept through. It is reset once, and has and owes as much as if
-- it had been reset in each.
local function slept_through(rule, allowance)
  if allowance[P_SCHEDULE] ~= rule[R_SCHEDULE] then return 0 end
  local _, _, index = period_of(rule)
  return math.min(math.max(index - allowance[P_INDEX] - 1, 0) * rule[R_AMOUNT], MAX)
end

-- Debt is forgiven by a reset, which then lets lapse that much less than nothing; or it is carried into
-- the new period and counts as consumed there.
local function settle_debt(balance, rule, allowance)
  if rule[R_CARRY_DEBT] ~= 1 then
    balance[B_LAPSED] = balance[B_LAPSED] - balance[B_DEBT]
    balance[B_DEBT] = 0
  elseif allowance[P_FREE] < 0 then
    balance[B_DEBT] = balance[B_DEBT] - allowance[P_FREE]
    allowance[P_FREE] = 0
  end
end

local function reset_allowance(name, balance, rule, allowance, recent)
  make_room(name, balance, rule[R_AMOUNT] + rule[R_ROLLOVER] + balance[B_DEBT])
  local granted, lapsed = balance[B_GRANTED], balance[B_LAPSED]
  settle_debt(balance, rule, allowance)
  local slept = slept_through(rule, allowance)
  local covered = math.min(balance[B_DEBT], slept)
  balance[B_DEBT] = balance[B_DEBT] - covered
  local unused = math.min(math.max(allowance[P_FREE], 0), rule[R_ROLLOVER])
  local carried = math.min(unused + slept - covered, rule[R_ROLLOVER])
  allowance[P_FREE] = allowance[P_FREE] - unused
  local ended = math.max(allowance[P_FREE], 0)
  lapse_pocket(balance, allowance)
  balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED] = balance[B_DEBT], recent
  local free = begin_allowance(balance, rule, carried)
  balance[B_GRANTED] = granted + free - unused + covered
  if ended > 0 then note_event(LAPSED_EVENT, name, ended) end
  note_event(RESET_EVENT, name, free)
  period_lines[#period_lines + 1] = ledger_line(name, balance, balance[B_GRANTED] - granted, 0,
    balance[B_LAPSED] - lapsed, 0)
  changed[name] = true
end

local function open_allowance(name, balance, rule)
  make_room(name, balance, rule[R_AMOUNT])
  local free = begin_allowance(balance, rule, 0)
  balance[B_GRANTED] = balance[B_GRANTED] + free
  period_lines[#period_lines + 1] = ledger_line(name, balance, free, 0, 0, 0)
  changed[name] = true
end

-- A changed plan changes the limit and keeps what was used.
local function adjust_allowance(name, balance, rule, allowance)
  local difference = rule[R_AMOUNT] - allowance[P_AMOUNT]
  if difference == 0 and allowance[P_SCHEDULE] == rule[R_SCHEDULE] then return end
  if allowance[P_SCHEDULE] ~= rule[R_SCHEDULE] then
    allowance[P_FROM], allowance[P_UNTIL], allowance[P_INDEX] = period_of(rule)
    allowance[P_SCHEDULE] = rule[R_SCHEDULE]
    table.sort(balance[B_POCKETS], in_burn_order)
  end
  make_room(name, balance, math.max(difference, 0))
  local room = MAX - held_tokens(balance) - math.max(0, free_tokens(balance))
  difference = math.min(difference, room)
  allowance[P_AMOUNT] = rule[R_AMOUNT]
  allowance[P_FREE] = allowance[P_FREE] + difference
  balance[B_GRANTED] = balance[B_GRANTED] + difference
  add_entry(L_ADJUST, nil, '', 'plan', {ledger_line(name, balance, difference, 0, 0, 0)})
  changed[name] = true
end

-- The plan has this token type no more: what was used or is held stays, the rest is taken back, and
-- would be there again if the plan had it again.
local function withdraw_allowance(name, balance, allowance)
  local free = allowance[P_FREE]
  if allowance[P_UNTIL] <= now then
    local debt = balance[B_DEBT] -- forgiven, as by a reset
    lapse_pocket(balance, allowance)
    balance[B_LAPSED], balance[B_DEBT] = balance[B_LAPSED] - debt, 0
    balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED] = 0, 0
    if free > 0 then note_event(LAPSED_EVENT, name, free) end
    add_entry(L_EXPIRE, nil, '', 'plan', {ledger_line(name, balance, 0, 0, free - debt, 0)})
  elseif free ~= 0 then
    allowance[P_AMOUNT] = allowance[P_AMOUNT] - free
    allowance[P_FREE] = 0
    balance[B_GRANTED] = balance[B_GRANTED] - free
    add_entry(L_ADJUST, nil, '', 'plan', {ledger_line(name, balance, -free, 0, 0, 0)})
  else
    return
  end
  changed[name] = true
end

for _, name in ipairs(names) do
  local balance, rule = balances[name], rules[name]
  local recent = lapse_grants(name, balance, rule)
  local allowance = allowance_of(balance)
  if rule and not allowance then
    open_allowance(name, balance, rule)
  elseif rule and allowance[P_UNTIL] <= now then
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
