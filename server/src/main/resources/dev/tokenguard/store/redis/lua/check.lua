-- The decision that a reserve would make now, holding nothing.
--
-- KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants
-- ARGV   1 frame  2 member  3 via  4 listed: 1 or 0  5 needs, packed: type, amount ...
-- REPLY  OK | DENIED | PROFILE | CLOCK | NO_ACCOUNT | NOT_PAYER
--        OK: see finish.lua, detail is 0; DENIED: detail is the denial, packed
local member_id, listed, needs = ARGV[SUBJECT], ARGV[4], {cmsgpack.unpack(ARGV[5])}
-- include: begin
-- include: expire
local code, detail, answer = OK, 0, nil
local concerned = needs
-- include: catch_up
-- include: decide
-- include: payer
if denial then code, detail = DENIED, cmsgpack.pack(unpack(denial)) end
-- include: finish
