-- Functions that put grants in. Need those of ledger, pocket and room.

-- Returns how much of the grant came in: less than its amount only where the account's sum would pass
-- 2^53 - 1.
local function put_in_grant(name, balance, pocket, grant)
  local others = held_tokens(balance) + math.max(0, free_tokens(balance))
  local amount = math.min(grant[G_AMOUNT], MAX - others)
  make_room(name, balance, amount, 0)
  balance[B_GRANTED] = balance[B_GRANTED] + amount
  put_in(balance, pocket, grant[G_PRIORITY], grant[G_AMOUNT], amount, 0, grant[G_FROM], grant[G_UNTIL],
    GRANT, 0)
  return amount
end

local function add_grant_entry(grant, lines)
  account[A_REVISION] = account[A_REVISION] + 1
  entries = entries or {}
  entries[#entries + 1] = cmsgpack.pack(account[A_REVISION], now, L_GRANT, '', '', grant[G_ID],
    grant[G_METADATA], grant[G_REASON], 0, unpack(lines))
end
