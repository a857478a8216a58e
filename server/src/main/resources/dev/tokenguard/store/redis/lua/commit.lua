-- Charges a reservation: what was held, or what the work really took, less or more.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 usage  8 usage, next
-- ARGV   1 frame  2 reservation  3 via  4 fingerprint of what was used; WHOLE for just what was held
--        5 metadata: packed, or ''  6 used, packed: type, amount ...
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | NOT_FOUND | ENDED | LATE_REJECTED | OVERAGE_REJECTED | RANGE
--        | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if replayed, else 0; ENDED adds: state; OVERAGE_REJECTED and
--        RANGE add: type
-- include: begin
-- include: expire
-- include: hold
-- include: own_hold
local code, detail, answer = OK, 0, nil
held = held or {}
local held_of = {}
for i = 1, #held, 2 do held_of[held[i]] = held[i + 1] end
local concerned, used_of = held, held_of -- unless something else was used
if ARGV[4] ~= WHOLE then
  local used, names = {cmsgpack.unpack(ARGV[6])}, {}
  concerned, used_of = {}, {}
  for i = 1, #held, 2 do names[#names + 1] = held[i] end
  for i = 1, #used, 2 do
    if not held_of[used[i]] then names[#names + 1] = used[i] end
    used_of[used[i]] = used[i + 1]
  end
  table.sort(names)
  for i, name in ipairs(names) do concerned[2 * i - 1], concerned[2 * i] = name, used_of[name] or 0 end
end
-- include: catch_up

local state = hold and hold[H_STATE]
local again = state == COMMITTED and hold[H_SETTLED] == ARGV[4]

-- Of each type: what is used beyond the hold (of an expired one nothing is held any more), and how much
-- of that no tokens are there for.
local beyond, short = nil, nil
if state == OPEN or state == EXPIRED then
  for i = 1, #concerned, 2 do
    local name = concerned[i]
    local used, held_here, balance = used_of[name] or 0, held_of[name] or 0, balances[name]
    if state == EXPIRED or used > held_here then
      local free = -balance[B_DEBT]
      for at = B_POCKETS, #balance, P_SIZE do free = free + balance[at + P_FREE] end
      beyond, short = beyond or {}, short or {}
      beyond[name] = state == OPEN and used - held_here or used
      short[name] = math.max(0, beyond[name] - math.max(0, free))
      if overage == 'reject' and (used > held_here or short[name] > 0) then
        answer = answer or {OVERAGE_REJECTED, now, name}
      elseif overage == 'charge' and short[name] - math.min(free, 0) > MAX then
        answer = answer or {RANGE, now, name}
      end
    end
  end
  if state == EXPIRED and late_commit == 'reject' then answer = {LATE_REJECTED, now} end
elseif not hold then
  answer = {NOT_FOUND, now}
elseif again then
  detail = 1
elseif state == COMMITTED and hold[H_SETTLED] ~= CONSUMED then
  answer = {MISMATCH, now}
else
  answer = {ENDED, now, state}
end

if not answer and not again then
  for i = 1, #concerned, 2 do
    local name = concerned[i]
    local balance, used = balances[name], used_of[name] or 0
    if math.max(balance[B_CONSUMED], balance[B_PERIOD_CONSUMED]) > MAX - used then
      -- include: ledger
      -- include: room
      make_room(name, balance, 0, used)
    end
  end

  local lost = nil
  if state == OPEN then
    -- include: settle
    lost = lapsed
  end

  local lines, ends, used_rows = {}, {}, {}
  for i = 1, #concerned, 2 do
    local name = concerned[i]
    local balance, used, excess = balances[name], used_of[name] or 0, beyond and beyond[name] or 0
    local released = state == OPEN and held_of[name] or 0
    local returned, overdrawn, uncovered = math.max(0, released - used), 0, 0
    if excess > 0 then
      local burn = excess - short[name]
      for at = B_POCKETS, #balance, P_SIZE do
        local part = math.max(0, math.min(balance[at + P_FREE], burn))
        balance[at + P_FREE] = balance[at + P_FREE] - part
        burn = burn - part
      end
      if overage == 'charge' then
        overdrawn = short[name]
        balance[B_DEBT] = balance[B_DEBT] + overdrawn
      else
        uncovered = short[name]
        used, excess = used - uncovered, excess - uncovered
      end
      balance[B_CONSUMED] = balance[B_CONSUMED] + excess
      balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + excess

      local member_id = hold[H_MEMBER]
      if member_id ~= '' then
        -- include: member
        member = member or {0, {}, {}}
        local use = member[M_USE][name]
        -- include: member_period
        if not use or use[1] ~= period then use = {period, 0, 0} end
        use[2] = math.min(use[2] + excess, MAX)
        members = members or {}
        member[M_USE][name], members[member_id] = use, member
      end
    end
    local n = #used_rows
    used_rows[n + 1], used_rows[n + 2] = name, used
    local line = {name, 0, used, lost and lost[name] or 0, released,
      balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]}
    local ended = {name, held_of[name] or NOT_HELD, used, returned, overdrawn, uncovered}
    if i == 1 then
      lines, ends = line, ended
    else
      for k = 1, N_LINE_SIZE do lines[#lines + 1] = line[k] end
      for k = 1, E_SIZE do ends[#ends + 1] = ended[k] end
    end
  end

  local used, used_feature, used_member = used_rows, hold[H_FEATURE], hold[H_MEMBER]
  -- include: usage
  account[A_REVISION] = account[A_REVISION] + 1
  local late = state == EXPIRED and 1 or 0
  entries = entries or {}
  entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_COMMIT, hold[H_FEATURE],
    hold[H_MEMBER], ARGV[SUBJECT], hold[H_METADATA], ARGV[5], late, unpack(lines))
  stored_hold = cmsgpack.pack(hold[H_FINGERPRINT], hold[H_FEATURE], hold[H_MEMBER], '',
    H_ROWS - 1 + #ends, COMMITTED, hold[H_CREATED], hold[H_EXPIRES], ARGV[4], late, unpack(ends))
  due = FORGET + now + memory
end
-- include: finish
