-- Folds the oldest entries of the ledger into one opening entry, so that what is left goes on summing to
-- the balance. Runs inside finish, for many at once: a long ledger costs a commit next to nothing.
-- Needs: surplus. Sets: folded; the first surplus + 1 entries are then to be removed.
surplus = math.min(surplus, redis.call('LLEN', KEYS[LEDGER]) - 1)
local row_of, lines, last = {}, {}, nil -- token type -> where its line begins
for _, entry in ipairs(redis.call('LRANGE', KEYS[LEDGER], 0, surplus)) do
  last = {cmsgpack.unpack(entry)}
  for at = N_LINES, #last, N_LINE_SIZE do
    local row = row_of[last[at]]
    if not row then
      row = #lines + 1
      row_of[last[at]] = row
      for i, value in ipairs({last[at], 0, 0, 0, 0, 0}) do lines[row + i - 1] = value end
    end
    for i = 1, 3 do lines[row + i] = lines[row + i] + last[at + i] end
    lines[row + 5] = last[at + 5]
  end
end
if last then
  folded = cmsgpack.pack(last[1], last[2], L_OPEN, '', '', '', '', 'folded', 0, unpack(lines))
end
