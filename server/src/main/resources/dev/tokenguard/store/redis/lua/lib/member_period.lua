-- Section: by which period a member's use of a token type is counted now. Where there is no allowance, by
-- a name that no other time without one has: what was taken then must not be settled against now.
--
-- Needs: account, balance, use: the member's use so far, or nil. Sets: period.
local period = 0
for at = B_POCKETS, #balance, P_SIZE do
  if balance[at + P_SCHEDULE] ~= GRANT then period = balance[at + P_ID] end
end
if period == 0 then period = use and use[1] <= 0 and use[1] or -account[A_NEXT_POCKET] end
