-- Charges tokens at once, for work that is cheap or already done.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants  7 usage  8 usage, next
--        9 recent denials, if any are kept
-- ARGV   1 frame  2 reservation  3 via  4 packed: fingerprint, feature, member, metadata (packed, or '')
--        5 listed: 1 or 0  6 needs, packed: type, amount ...  7 recent denials kept
-- REPLY  OK | DENIED | PROFILE | CLOCK | MISMATCH | NO_ACCOUNT | NOT_PAYER | TOO_MANY_MEMBERS
--        OK: see finish.lua, detail is 1 if replayed, else 0; DENIED: detail is the denial, packed;
--        TOO_MANY_MEMBERS adds: members
local fingerprint, feature, member_id, metadata = cmsgpack.unpack(ARGV[4])
local listed, needs = ARGV[5], {cmsgpack.unpack(ARGV[6])}
local recent, kept = KEYS[9], ARGV[7]
-- include: begin
-- include: expire
-- include: hold
local code, detail, answer = OK, 0, nil
local concerned = held or needs
-- include: catch_up

if hold then
  -- include: replay
else
  -- include: decide
  -- include: payer
  if denial then
    code, detail = DENIED, cmsgpack.pack(unpack(denial))
    -- include: denied
  elseif crowd then
    answer = {TOO_MANY_MEMBERS, now, crowd}
  else
    -- include: take
    -- include: ledger
    -- include: room
    for row = 1, takes and #takes or 0, T_SIZE do -- what was taken is consumed rather than held
      local balance = balances[takes[row + T_TYPE]]
      for at = B_POCKETS, #balance, P_SIZE do
        if balance[at + P_ID] == takes[row + T_POCKET] then
          balance[at + P_HELD] = balance[at + P_HELD] - takes[row + T_AMOUNT]
        end
      end
    end
    local lines, ends = {}, {}
    for i = 1, #needs, 2 do
      local name, amount = needs[i], needs[i + 1]
      local balance = balances[name]
      make_room(name, balance, 0, amount)
      balance[B_CONSUMED] = balance[B_CONSUMED] + amount
      balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + amount
      if actor then
        local use = actor[M_USE][name]
        use[2], use[3] = math.min(use[2] + amount, MAX), use[3] - amount
      end
      append(ends, name, amount, amount, 0, 0, 0)
      add_line(lines, name, balance, 0, amount, 0, 0)
    end
    local used, used_feature, used_member = needs, feature, member_id
    -- include: usage
    account[A_REVISION] = account[A_REVISION] + 1
    entries = entries or {}
    entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_COMMIT, feature, member_id,
      ARGV[SUBJECT], metadata, '', 0, unpack(lines))
    stored_hold = cmsgpack.pack(fingerprint, feature, member_id, '', H_ROWS - 1 + #ends, COMMITTED, now, now,
      CONSUMED, 0, unpack(ends))
    due = FORGET + now + memory
  end
end
-- include: finish
