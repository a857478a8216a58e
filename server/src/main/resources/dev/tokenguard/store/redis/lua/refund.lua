-- Returns a reservation whole, exactly to where its tokens came from.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 reservation  11 reason
-- REPLY  OK | PROFILE | CLOCK | NOT_FOUND | ENDED | NO_ACCOUNT
--        OK adds: replayed, reservation; ENDED adds: state
-- include: begin
-- include: expire
-- include: hold
local code, details, answer = OK, {}, nil
local names = {}
for i = 1, #held, 2 do names[#names + 1] = held[i] end
-- include: catch_up

if not hold then
  answer = {NOT_FOUND, now}
elseif hold[H_STATE] == REFUNDED then
  details = {1, {REFUNDED, hold[H_FEATURE], hold[H_MEMBER], hold[H_CREATED], hold[H_EXPIRES], held}}
elseif hold[H_STATE] ~= OPEN then
  answer = {ENDED, now, hold[H_STATE]}
else
  local charge = {}
  -- include: settle
  local lines = {}
  for i = 1, #held, 2 do
    local balance, lost = balances[held[i]], lapsed[held[i]] or 0
    lines[#lines + 1] = {held[i], 0, 0, lost, held[i + 1],
      balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]}
  end
  account[A_REVISION] = account[A_REVISION] + 1
  entries[#entries + 1] = cmsgpack.pack({account[A_REVISION], now, L_REFUND, hold[H_FEATURE],
    hold[H_MEMBER], ARGV[10], hold[H_METADATA], ARGV[11], lines, 0})
  hold[H_STATE], hold[H_METADATA] = REFUNDED, ''
  local n = #due_writes
  due_writes[n + 1], due_writes[n + 2] = FORGET + now + tonumber(ARGV[9]), ARGV[10]
  n = #hold_writes
  hold_writes[n + 1], hold_writes[n + 2] = ARGV[10], cmsgpack.pack(hold)
  details = {0, {REFUNDED, hold[H_FEATURE], hold[H_MEMBER], hold[H_CREATED], hold[H_EXPIRES], held}}
end
-- include: finish
