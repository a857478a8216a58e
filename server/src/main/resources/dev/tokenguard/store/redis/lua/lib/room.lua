-- Functions that keep sums exact. Need: those of ledger.

-- Lifetime sums that would pass 2^53 - 1 start anew from what is left, with an entry that says so: an
-- allowance near the maximum must still be able to reset.
local function make_room(name, balance, amount)
  if balance[B_GRANTED] + amount <= MAX and balance[B_CONSUMED] + amount <= MAX
    and balance[B_PERIOD_CONSUMED] + amount <= MAX and balance[B_LAPSED] + amount <= MAX then
    return
  end
  local consumed, lapsed = balance[B_CONSUMED], balance[B_LAPSED]
  balance[B_GRANTED] = balance[B_GRANTED] - consumed - lapsed
  balance[B_CONSUMED], balance[B_LAPSED] = 0, 0
  balance[B_PERIOD_CONSUMED], balance[B_PERIOD_LAPSED] = 0, 0
  local lines = {}
  add_line(lines, name, balance, -(consumed + lapsed), -consumed, -lapsed, 0)
  add_entry(L_ADJUST, nil, '', 'sums start anew', lines)
end
