-- Keeps a hold alive, and raises what it holds.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 reservation  3 via  4 ttl, ms  5 totals, packed: type, amount ...
-- REPLY  OK | DENIED | PROFILE | CLOCK | NOT_FOUND | ENDED | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is the hold as it was stored before; DENIED: detail is the denial, packed; ENDED adds: state
local totals = {cmsgpack.unpack(ARGV[5])}
-- include: begin
-- include: expire
-- include: hold
-- include: own_hold
held = held or {}
local code, detail, answer = OK, 0, nil
local has = {}
for i = 1, #held, 2 do has[held[i]] = held[i + 1] end
local needs = {} -- what is missing to the totals
for i = 1, #totals, 2 do
  local name = totals[i]
  local missing = totals[i + 1] - (has[name] or 0)
  has[name] = has[name] or 0
  if missing > 0 then
    local n = #needs
    needs[n + 1], needs[n + 2] = name, missing
  end
end
local names, concerned = {}, {}
for name in pairs(has) do names[#names + 1] = name end
table.sort(names)
for i, name in ipairs(names) do concerned[2 * i - 1], concerned[2 * i] = name, has[name] end
-- include: catch_up

if not hold then
  answer = {NOT_FOUND, now}
elseif hold[H_STATE] ~= OPEN then
  answer = {ENDED, now, hold[H_STATE]}
else
  local member_id, listed = hold[H_MEMBER], '1'
  local denied = nil
  if #needs > 0 then
    -- include: decide
    denied = denial
    if not denied then
      -- include: take
      for row = 1, takes and #takes or 0, T_SIZE do
        local same, last = nil, nil -- more of a take that it has: raises without end make no more rows
        for at = H_ROWS, #hold, T_SIZE do
          if hold[at + T_TYPE] == takes[row + T_TYPE] then
            last = at
            if hold[at + T_PERIOD] == takes[row + T_PERIOD] and hold[at + T_POCKET] == takes[row + T_POCKET] then
              same = at
            end
          end
        end
        if same then
          hold[same + T_AMOUNT] = hold[same + T_AMOUNT] + takes[row + T_AMOUNT]
        else -- after the takes of the same type
          local at = last and last + T_SIZE or H_ROWS
          while not last and at <= #hold and hold[at + T_TYPE] < takes[row + T_TYPE] do at = at + T_SIZE end
          for i = 0, T_SIZE - 1 do table.insert(hold, at + i, takes[row + i]) end
        end
      end
    end
  end
  if denied then
    code, detail = DENIED, cmsgpack.pack(unpack(denied))
  else
    account[A_REVISION] = account[A_REVISION] + 1
    due = math.max(hold[H_EXPIRES], now + ARGV[4])
    hold[H_SIZE], hold[H_EXPIRES] = #hold, due
    detail, stored_hold = stored_hold, cmsgpack.pack(unpack(hold))
  end
end
-- include: finish
