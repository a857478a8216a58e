-- Charges a reservation: what was held, or what the work really took, less or more.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 reservation  11 fingerprint  12 actual: packed {type, amount ...}, or ''
--        13 overage: charge, cap or reject  14 late commit: charge or reject  15 metadata: packed, or ''
-- REPLY  OK | PROFILE | CLOCK | MISMATCH | NOT_FOUND | ENDED | LATE_REJECTED | OVERAGE_REJECTED | RANGE
--        | NO_ACCOUNT
--        OK adds: replayed, reservation, settlement; ENDED adds: state; OVERAGE_REJECTED and RANGE add:
--        type
-- include: begin
-- include: expire
-- include: hold
local code, details, answer = OK, {}, nil
local actual = ARGV[12] ~= '' and cmsgpack.unpack(ARGV[12]) or held
local names, held_of, used_of = {}, {}, {}
for i = 1, #held, 2 do
  names[#names + 1] = held[i]
  held_of[held[i]] = held[i + 1]
end
for i = 1, #actual, 2 do
  if not held_of[actual[i]] then names[#names + 1] = actual[i] end
  used_of[actual[i]] = actual[i + 1]
end
table.sort(names)
-- include: catch_up

local state = hold and hold[H_STATE]
local again = state == COMMITTED and hold[H_SETTLED] == ARGV[11]

-- Of each type: what is used beyond the hold (of an expired one nothing is held any more), and how much
-- of that no tokens are there for.
local beyond, short = {}, {}
if state == OPEN or state == EXPIRED then
  for _, name in ipairs(names) do
    local used = used_of[name] or 0
    local excess = math.max(0, used - (state == OPEN and held_of[name] or 0))
    local free = -balances[name][B_DEBT]
    for _, pocket in ipairs(balances[name][B_POCKETS]) do free = free + pocket[P_FREE] end
    beyond[name], short[name] = excess, math.max(0, excess - math.max(0, free))
    if ARGV[13] == 'reject' and (used > (held_of[name] or 0) or short[name] > 0) then
      answer = answer or {OVERAGE_REJECTED, now, name}
    elseif ARGV[13] == 'charge' and balances[name][B_DEBT] + short[name] > MAX then
      answer = answer or {RANGE, now, name}
    end
  end
  if state == EXPIRED and ARGV[14] == 'reject' then answer = {LATE_REJECTED, now} end
elseif not hold then
  answer = {NOT_FOUND, now}
elseif not again then
  if state == COMMITTED and hold[H_SETTLED] ~= CONSUMED then
    answer = {MISMATCH, now}
  else
    answer = {ENDED, now, state}
  end
end

if not answer and not again then
  local charged, returned, overdrawn, uncovered, lines = {}, {}, {}, {}, {}
  for _, name in ipairs(names) do
    local balance, used = balances[name], used_of[name] or 0
    if math.max(balance[B_GRANTED], balance[B_CONSUMED], balance[B_PERIOD_CONSUMED]) > MAX - used then
      -- include: ledger
      -- include: room
      make_room(name, balance, used)
    end
  end

  local lost = {}
  if state == OPEN then
    local charge = {}
    for _, name in ipairs(names) do
      charge[name] = math.min(used_of[name] or 0, held_of[name] or 0)
    end
    -- include: settle
    lost = lapsed
  end

  for _, name in ipairs(names) do
    local balance, used, excess = balances[name], used_of[name] or 0, beyond[name]
    local released = state == OPEN and held_of[name] or 0
    if released > used then
      returned[#returned + 1] = name
      returned[#returned + 1] = released - used
    end
    if excess > 0 then
      local burn = excess - short[name]
      for _, pocket in ipairs(balance[B_POCKETS]) do
        local part = math.max(0, math.min(pocket[P_FREE], burn))
        pocket[P_FREE] = pocket[P_FREE] - part
        burn = burn - part
      end
      local n = #overdrawn
      if short[name] > 0 and ARGV[13] == 'charge' then
        overdrawn[n + 1], overdrawn[n + 2] = name, short[name]
        balance[B_DEBT] = balance[B_DEBT] + short[name]
      elseif short[name] > 0 then
        n = #uncovered
        uncovered[n + 1], uncovered[n + 2] = name, short[name]
        used, excess = used - short[name], excess - short[name]
      end
      balance[B_CONSUMED] = balance[B_CONSUMED] + excess
      balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + excess
      changed[name] = true

      local member_id = hold[H_MEMBER]
      if member_id ~= '' then
        local member = members[member_id] or redis.call('HGET', KEYS[MEMBERS], member_id)
        if type(member) == 'string' then member = cmsgpack.unpack(member) end
        member = member or {0, {}, {}}
        local period, use = 0, member[M_USE][name]
        for _, pocket in ipairs(balance[B_POCKETS]) do
          if pocket[P_SCHEDULE] ~= GRANT then period = pocket[P_ID] end
        end
        if not use or use[1] ~= period then use = {period, 0, 0} end
        use[2] = use[2] + excess
        member[M_USE][name], members[member_id] = use, member
      end
    end
    if used > 0 then
      charged[#charged + 1] = name
      charged[#charged + 1] = used
    end
    lines[#lines + 1] = {name, 0, used, lost[name] or 0, released,
      balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]}
  end

  account[A_REVISION] = account[A_REVISION] + 1
  local late = state == EXPIRED and 1 or 0
  entries[#entries + 1] = cmsgpack.pack({account[A_REVISION], now, L_COMMIT, hold[H_FEATURE],
    hold[H_MEMBER], ARGV[10], hold[H_METADATA], ARGV[15], lines, late})
  hold[H_STATE], hold[H_METADATA], hold[H_SETTLED], hold[H_LATE] = COMMITTED, '', ARGV[11], late
  hold[H_CHARGED], hold[H_RETURNED] = charged, returned
  hold[H_OVERDRAWN], hold[H_UNCOVERED] = overdrawn, uncovered
  local n = #due_writes
  due_writes[n + 1], due_writes[n + 2] = FORGET + now + tonumber(ARGV[9]), ARGV[10]
  n = #hold_writes
  hold_writes[n + 1], hold_writes[n + 2] = ARGV[10], cmsgpack.pack(hold)
end
if not answer then
  details = {again and 1 or 0,
    {COMMITTED, hold[H_FEATURE], hold[H_MEMBER], hold[H_CREATED], hold[H_EXPIRES], held},
    {hold[H_CHARGED], hold[H_RETURNED], hold[H_OVERDRAWN], hold[H_UNCOVERED], hold[H_LATE]}}
end
-- include: finish
