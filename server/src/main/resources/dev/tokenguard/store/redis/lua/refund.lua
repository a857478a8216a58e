-- Returns a reservation whole, exactly to where its tokens came from.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 reservation  3 via  4 reason
-- REPLY  OK | PROFILE | CLOCK | NOT_FOUND | ENDED | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 1 if replayed, else 0; ENDED adds: state
-- include: begin
-- include: expire
-- include: hold
-- include: own_hold
local code, detail, answer = OK, 0, nil
local concerned = held or {}
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
  local lines, ends = {}, {}
  for i = 1, #held, 2 do
    local name, amount = held[i], held[i + 1]
    local balance = balances[name]
    local line = {name, 0, 0, lapsed and lapsed[name] or 0, amount,
      balance[B_GRANTED] - balance[B_CONSUMED] - balance[B_LAPSED]}
    local ended = {name, amount, 0, amount, 0, 0}
    if i == 1 then
      lines, ends = line, ended
    else
      for k = 1, N_LINE_SIZE do lines[#lines + 1] = line[k] end
      for k = 1, E_SIZE do ends[#ends + 1] = ended[k] end
    end
  end
  account[A_REVISION] = account[A_REVISION] + 1
  entries = entries or {}
  entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_REFUND, hold[H_FEATURE],
    hold[H_MEMBER], ARGV[SUBJECT], hold[H_METADATA], ARGV[4], 0, unpack(lines))
  stored_hold = cmsgpack.pack(hold[H_FINGERPRINT], hold[H_FEATURE], hold[H_MEMBER], '',
    H_ROWS - 1 + #ends, REFUNDED, hold[H_CREATED], hold[H_EXPIRES], '', 0, unpack(ends))
  due = FORGET + now + memory
end
-- include: finish
