-- Records admin events: puts in those that are new, replaces the others, forgets the oldest ones.
--
-- The id of an event is the time when it was put in, in microseconds, or the next number that is free:
-- it only grows, also when the clock steps back.
--
-- KEYS   1 hash: id -> event, and the last id  2 zset: ids of changes  3 zset: ids of attempts
-- ARGV   1 time in ms, or none (0): that of Redis  2 ms that an event is kept  3 changes kept
--        4 attempts kept  5 packed: id, or none (0) if new, whether an attempt (0, 1), event ...
-- REPLY  OK
--        OK adds: time in us, id ...
local rows = {cmsgpack.unpack(ARGV[5])}
local now, age = tonumber(ARGV[1]) * 1000, tonumber(ARGV[2])
local kept = {tonumber(ARGV[3]), tonumber(ARGV[4])}
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
redis.call('ZCARD', KEYS[2]) -- a key of another type shows before anything is written
redis.call('ZCARD', KEYS[3])

local reply = {OK, now}
for i = 1, #rows, 3 do
  local id, attempt, event = rows[i], rows[i + 1], rows[i + 2]
  if id == 0 then
    id = math.max(now, last + 1)
    last = id
  end
  reply[#reply + 1] = id
  local field = string.format('%.0f', id)
  redis.call('HSET', KEYS[1], field, event)
  redis.call('ZREM', KEYS[3 - attempt], field)
  redis.call('ZADD', KEYS[2 + attempt], field, field)
end
redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last))

for list = 1, 2 do
  local key, forgotten = KEYS[list + 1], {}
  local over = redis.call('ZCARD', key) - kept[list]
  for place, field in ipairs(redis.call('ZRANGE', key, 0, #rows / 3 + 100)) do
    if place <= over or tonumber(field) < now - age * 1000 then
      forgotten[#forgotten + 1] = field
    end
  end
  if #forgotten > 0 then
    redis.call('ZREM', key, unpack(forgotten))
    redis.call('HDEL', KEYS[1], unpack(forgotten))
  end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
return reply
