-- Functions that keep sums exact: each of GRANTED, CONSUMED and LAPSED stays between -MAX and MAX, and so
-- does what is left of them. Need: those of ledger.

-- The sums over the life begin anew from what is left, with an entry that says so. Where GRANTED is
-- negative (there was debt when it happened before), LAPSED is not; but for a moment at a reset.
local function start_anew(name, balance)
  local granted, consumed, lapsed = balance[B_GRANTED], balance[B_CONSUMED], balance[B_LAPSED]
  local negative = granted < 0 and lapsed < 0 -- then the other order is the exact one
  local left = negative and granted - lapsed - consumed or granted - consumed - lapsed
  balance[B_GRANTED], balance[B_CONSUMED], balance[B_LAPSED] = left, 0, 0
  local lines, of_lapsed = {}, {} -- two, each exact where one might not be
  add_line(lines, name, balance, -consumed, -consumed, 0, 0)
  add_line(of_lapsed, name, balance, -lapsed, 0, -lapsed, 0)
  if negative and left < 0 then lines, of_lapsed = of_lapsed, lines end
  append(lines, unpack(of_lapsed))
  add_entry(L_ADJUST, nil, '', 'sums start anew', lines)
end

-- Makes room for so much more. An allowance near the maximum must still be able to be used and to reset.
local function make_room(name, balance, granted, consumed)
  if balance[B_PERIOD_CONSUMED] + consumed > MAX then balance[B_PERIOD_CONSUMED] = 0 end
  if balance[B_GRANTED] + granted > MAX or balance[B_CONSUMED] + consumed > MAX then
    start_anew(name, balance)
  end
end
