-- Keeps a hold alive, and raises what it holds.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 reservation  11 ttl, ms  12 totals: packed {type, amount ...}
-- REPLY  OK | DENIED | PROFILE | CLOCK | NOT_FOUND | ENDED | NO_ACCOUNT
--        OK adds: replayed (0), reservation; DENIED adds: denial, feature; ENDED adds: state
local totals = cmsgpack.unpack(ARGV[12])
-- include: begin
-- include: expire
-- include: hold
local code, details, answer = OK, {}, nil
local names, has = {}, {}
for i = 1, #held, 2 do
  names[#names + 1] = held[i]
  has[held[i]] = held[i + 1]
end
local needs = {} -- what is missing to the totals
for i = 1, #totals, 2 do
  local name = totals[i]
  local missing = totals[i + 1] - (has[name] or 0)
  if not has[name] then names[#names + 1] = name end
  if missing > 0 then
    local n = #needs
    needs[n + 1], needs[n + 2] = name, missing
    has[name] = totals[i + 1]
  end
end
table.sort(names)
-- include: catch_up

if not hold then
  answer = {NOT_FOUND, now}
elseif hold[H_STATE] ~= OPEN then
  answer = {ENDED, now, hold[H_STATE]}
else
  local member_id, listed = hold[H_MEMBER], true
  local denied = nil
  if #needs > 0 then
    -- include: decide
    denied = denial
    if not denied then
      -- include: take
      for _, take in ipairs(takes) do
        local at = #hold[H_TAKES] + 1
        while at > 1 and hold[H_TAKES][at - 1][1] > take[1] do at = at - 1 end
        table.insert(hold[H_TAKES], at, take)
      end
    end
  end
  if denied then
    code, details = DENIED, {denied, hold[H_FEATURE]}
  else
    account[A_REVISION] = account[A_REVISION] + 1
    hold[H_EXPIRES] = math.max(hold[H_EXPIRES], now + tonumber(ARGV[11]))
    local n = #due_writes
    due_writes[n + 1], due_writes[n + 2] = hold[H_EXPIRES], ARGV[10]
    n = #hold_writes
    hold_writes[n + 1], hold_writes[n + 2] = ARGV[10], cmsgpack.pack(hold)
    local now_held = {}
    for _, name in ipairs(names) do
      if has[name] then
        n = #now_held
        now_held[n + 1], now_held[n + 2] = name, has[name]
      end
    end
    details = {0, {OPEN, hold[H_FEATURE], member_id, hold[H_CREATED], hold[H_EXPIRES], now_held}}
  end
end
-- include: finish
