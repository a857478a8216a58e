-- Section: reads the script's own reservation, ARGV[10], as it is after what was due.
--
-- Needs: begin, expire. Sets: hold, or nil if there is none, and held: {type, amount ...} of what it
-- holds, or held when it ended.
local hold, held = redis.call('HGET', KEYS[HOLDS], ARGV[10]), {}
for i = 1, #hold_writes, 2 do
  if hold_writes[i] == ARGV[10] then hold = hold_writes[i + 1] end
end
hold = hold and cmsgpack.unpack(hold) or nil
if hold then
  for _, take in ipairs(hold[H_TAKES]) do
    local n = #held
    if held[n - 1] ~= take[1] then -- a raise in another period is a take of its own
      n = n + 2
      held[n - 1], held[n] = take[1], 0
    end
    for i = 4, #take, 2 do held[n] = held[n] + take[i] end
  end
end
