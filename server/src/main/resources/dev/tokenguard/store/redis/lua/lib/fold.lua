-- Folds the oldest entries of the ledger into one opening entry, so that what is left goes on summing to
-- the balance. Runs inside finish, for many at once: a long ledger costs a commit next to nothing.
-- Needs: surplus. Sets: folded; the first surplus + 1 entries are then to be removed.
surplus = math.min(surplus, redis.call('LLEN', KEYS[LEDGER]) - 1)
local sums, order, last = {}, {}, nil
for _, entry in ipairs(redis.call('LRANGE', KEYS[LEDGER], 0, surplus)) do
  last = cmsgpack.unpack(entry)
  for _, line in ipairs(last[9]) do
    local sum = sums[line[1]]
    if not sum then
      sum = {line[1], 0, 0, 0, 0, 0}
      sums[line[1]] = sum
      order[#order + 1] = sum
    end
    for i = 2, 4 do sum[i] = sum[i] + line[i] end
    sum[6] = line[6]
  end
end
if last then folded = cmsgpack.pack({last[1], last[2], L_OPEN, '', '', '', '', 'folded', order, 0}) end
