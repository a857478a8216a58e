-- Every token type of an account, brought up to now.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 member  3 via
-- REPLY  OK | PROFILE | CLOCK | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is of the member, packed: type, cap (-1 for none), consumed, held ...
-- include: begin
-- include: expire
local code, detail, answer = OK, '', nil
local all, names = {}, {}
local in_plan = {cmsgpack.unpack(sent_rules)}
for at = 1, #in_plan, 2 do all[in_plan[at]] = true end
for at = A_TYPES, #account, 2 do all[account[at]] = true end
for name in pairs(all) do names[#names + 1] = name end
table.sort(names)
local concerned = {}
for i, name in ipairs(names) do concerned[2 * i - 1], concerned[2 * i] = name, 0 end
-- include: catch_up

local member_id = ARGV[SUBJECT]
if member_id ~= '' then
  -- include: member
  local actor = member
  -- include: payer
  member = member or {0, {}, {}}
  local rows = {}
  for _, name in ipairs(names) do
    local balance, use = balances[name], member[M_USE][name]
    -- include: member_period
    local counts = use and use[1] == period
    local n = #rows
    rows[n + 1], rows[n + 2] = name, member[M_CAPS][name] or -1
    rows[n + 3], rows[n + 4] = counts and use[2] or 0, counts and use[3] or 0
  end
  detail = cmsgpack.pack(unpack(rows))
end
-- include: finish
