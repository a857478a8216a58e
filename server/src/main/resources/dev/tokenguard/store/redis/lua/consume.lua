-- Charges tokens at once, for work that is cheap or already done.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 reservation  11 fingerprint  12 feature  13 member  14 listed: 1 or 0
--        15 needs: packed {type, amount ...}  16 metadata: packed, or ''
-- REPLY  OK | DENIED | PROFILE | CLOCK | MISMATCH | NO_ACCOUNT
--        OK adds: replayed, reservation; DENIED adds: denial
local needs, member_id, listed = cmsgpack.unpack(ARGV[15]), ARGV[13], ARGV[14] == '1'
-- include: begin
-- include: expire
-- include: hold
local code, details, answer = OK, {}, nil
local names = {}
local concerned = hold and held or needs
for i = 1, #concerned, 2 do names[#names + 1] = concerned[i] end
-- include: catch_up

if hold then
  -- include: replay
else
  -- include: decide
  if denial then
    code, details = DENIED, {denial}
  else
    -- include: take
    -- include: ledger
    -- include: room
    local lines, settled = {}, {}
    for i, take in ipairs(takes) do
      local name, amount = take[1], needs[2 * i]
      local balance = balances[name]
      make_room(name, balance, amount)
      for _, pocket in ipairs(balance[B_POCKETS]) do
        for j = 3, #take, 2 do
          if take[j] == pocket[P_ID] then pocket[P_HELD] = pocket[P_HELD] - take[j + 1] end
        end
      end
      balance[B_CONSUMED] = balance[B_CONSUMED] + amount
      balance[B_PERIOD_CONSUMED] = balance[B_PERIOD_CONSUMED] + amount
      if member then
        local use = member[M_USE][name]
        use[2], use[3] = use[2] + amount, use[3] - amount
      end
      settled[i] = {name, 0, 0, amount}
      lines[i] = ledger_line(name, balance, 0, amount, 0, 0)
    end
    hold = {COMMITTED, ARGV[11], ARGV[12], member_id, now, now, ARGV[16], settled, CONSUMED}
    add_entry(L_COMMIT, hold, ARGV[10], '', lines)
    hold[H_METADATA] = ''
    local n = #due_writes
    due_writes[n + 1], due_writes[n + 2] = FORGET + now + tonumber(ARGV[9]), ARGV[10]
    n = #hold_writes
    hold_writes[n + 1], hold_writes[n + 2] = ARGV[10], cmsgpack.pack(hold)
    details = {0, {COMMITTED, ARGV[12], member_id, now, now, needs}}
  end
end
-- include: finish
