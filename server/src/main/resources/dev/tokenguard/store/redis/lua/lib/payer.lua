-- Section: who is paid for must be a member that was added; else the server asks who pays now.
-- Needs: actor.
if ARGV[VIA] ~= '' and ARGV[VIA] ~= OPERATOR and not (actor and actor[M_LISTED] == 1) then
  return {NOT_PAYER, now}
end
