-- Adds what a server counted to the activity of five minutes, and to that of a day.
--
-- KEYS   1 hash: activity of the day, by five minutes  2 hash: activity of some days, by day
-- ARGV   1 beginning of the names of the five minutes  2 beginning of the names of the day
--        3 ms to keep the first  4 ms to keep the second  5 packed: name, number ...
-- REPLY  OK
local rows = {cmsgpack.unpack(ARGV[5])}
local kept = {ARGV[3], ARGV[4]}
local first_of = {ARGV[1], ARGV[2]}
for k = 1, 2 do redis.call('HLEN', KEYS[k]) end -- a key of another type shows before anything is written
for k = 1, 2 do
  for i = 1, #rows, 2 do
    -- Floating point: a sum that is too large for an integer would fail half way.
    redis.call('HINCRBYFLOAT', KEYS[k], first_of[k] .. rows[i], string.format('%.0f', rows[i + 1]))
  end
  redis.call('PEXPIRE', KEYS[k], kept[k])
end
return {OK}
