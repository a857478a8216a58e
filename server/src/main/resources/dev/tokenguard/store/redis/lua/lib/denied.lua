-- Section: keeps a denial for operators to look at. Equal ones in a row are one, with a count. A statistic: it
-- is written before what finish writes, and nothing that goes wrong with it fails the call.
--
-- Needs: denial, feature, member_id; recent: the key of the list, nil if none are kept; kept: how many.
if recent and not fresh then -- nobody fills the memory with denials of accounts that nobody opened
  local count, first = 1, now
  local last = redis.pcall('LINDEX', recent, 0)
  local whole, row = pcall(function() return {cmsgpack.unpack(last)} end)
  if whole and row[D_REASON] == denial[1] and row[D_TYPE] == denial[2] and row[D_FEATURE] == feature
    and row[D_MEMBER] == member_id then
    count, first = math.min(row[D_COUNT] + 1, MAX), row[D_FIRST]
    redis.pcall('LTRIM', recent, 1, -1)
  end
  redis.pcall('LPUSH', recent, cmsgpack.pack(count, first, now, feature, member_id, ARGV[SUBJECT],
    unpack(denial)))
  redis.pcall('LTRIM', recent, 0, kept - 1)
  redis.pcall('PEXPIRE', recent, DENIALS_KEPT)
end
