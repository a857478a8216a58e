-- Every token type of an account, brought up to now.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 member
-- REPLY  OK | PROFILE | CLOCK | NO_ACCOUNT
--        OK adds: {type, cap (-1 for none), consumed, held ...} of the member
-- include: begin
-- include: expire
local code, details, answer = OK, {{}}, nil
local all, names = {}, {}
for name in pairs(cmsgpack.unpack(ARGV[6])) do all[name] = true end
for name in pairs(types) do all[name] = true end
for name in pairs(all) do names[#names + 1] = name end
table.sort(names)
-- include: catch_up

if ARGV[10] ~= '' then
  local member = members[ARGV[10]] or redis.call('HGET', KEYS[MEMBERS], ARGV[10])
  if type(member) == 'string' then member = cmsgpack.unpack(member) end
  member = member or {0, {}, {}}
  local rows = details[1]
  for _, name in ipairs(shown) do
    local period, use = 0, member[M_USE][name]
    for _, pocket in ipairs(balances[name][B_POCKETS]) do
      if pocket[P_SCHEDULE] ~= GRANT then period = pocket[P_ID] end
    end
    local counts = use and use[1] == period
    local n = #rows
    rows[n + 1], rows[n + 2] = name, member[M_CAPS][name] or -1
    rows[n + 3], rows[n + 4] = counts and use[2] or 0, counts and use[3] or 0
  end
end
-- include: finish
