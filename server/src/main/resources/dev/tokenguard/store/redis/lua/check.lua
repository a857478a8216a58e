-- The decision that a reserve would make now, holding nothing.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members
-- ARGV   1 frame  2 member  3 listed: 1 or 0  4 needs, packed: type, amount ...
-- REPLY  OK | DENIED | PROFILE | CLOCK | NO_ACCOUNT
--        OK: see finish.lua, detail is 0; DENIED: detail is the denial, packed
local member_id, listed, needs = ARGV[SUBJECT], ARGV[3], {cmsgpack.unpack(ARGV[4])}
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local concerned = needs
-- include: catch_up
-- include: decide
if denial then code, detail = DENIED, cmsgpack.pack(unpack(denial)) end
-- include: finish
