-- The decision that a reserve would make now, holding nothing.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1-9 see begin.lua  10 member  11 listed: 1 or 0  12 needs: packed {type, amount ...}
-- REPLY  OK | DENIED | PROFILE | CLOCK | NO_ACCOUNT
--        DENIED adds: denial
local needs, member_id, listed = cmsgpack.unpack(ARGV[12]), ARGV[10], ARGV[11] == '1'
-- include: begin
-- include: expire
local code, details, answer = OK, {}, nil
local names = {}
for i = 1, #needs, 2 do names[#names + 1] = needs[i] end
-- include: catch_up
-- include: decide
if denial then code, details = DENIED, {denial} end
-- include: finish
