-- Returns a reservation whole, exactly to where its tokens came from.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1 frame  2 reservation  3 reason
-- REPLY  OK | PROFILE | CLOCK | NOT_FOUND | ENDED | NO_ACCOUNT
--        OK: see finish.lua, detail is 1 if replayed, else 0; ENDED adds: state
-- include: begin
-- include: expire
-- include: hold
local code, detail, answer = OK, 0, nil
local concerned = held
-- include: catch_up

if not hold then
  answer = {NOT_FOUND, now}
elseif hold[H_STATE] == REFUNDED then
  detail = 1
elseif hold[H_STATE] ~= OPEN then
  answer = {ENDED, now, hold[H_STATE]}
else
  local used_of = {}
  -- include: settle
  local lines = {}
  for i = 1, #held, 2 do
    local name, amount = held[i], held[i + 1]
    local balance, n, row = balances[name], #lines, #hold
    lines[n + 1], lines[n + 2], lines[n + 3], lines[n + 4], lines[n + 5], lines[n + 6] =
      name, 0, 0, lapsed and lapsed[name] or 0, amount, balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]
    hold[row + 1], hold[row + 2], hold[row + 3], hold[row + 4], hold[row + 5], hold[row + 6] =
      name, amount, 0, amount, 0, 0
  end
  account[A_REVISION] = account[A_REVISION] + 1
  entries = entries or {}
  entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_REFUND, hold[H_FEATURE],
    hold[H_MEMBER], ARGV[SUBJECT], hold[H_METADATA], ARGV[3], 0, unpack(lines))
  hold[H_SIZE], hold[H_STATE], hold[H_METADATA] = #hold, REFUNDED, ''
  stored_hold = cmsgpack.pack(unpack(hold))
  due = FORGET + now + memory
end
-- include: finish
