-- Section: reads the script's own reservation as it is after what was due.
--
-- Needs: begin, expire. Sets: hold, which stays nil if there is none; stored_hold; and held: {type, amount
-- ...} of what it holds, or held when it ended.
local held = {}
stored_hold = redis.call('HGET', KEYS[HOLDS], ARGV[SUBJECT])
if expired_holds then
  for i = 1, #expired_holds, 2 do
    if expired_holds[i] == ARGV[SUBJECT] then stored_hold = expired_holds[i + 1] end
  end
end
if stored_hold then
  hold = {cmsgpack.unpack(stored_hold)}
  if hold[H_SIZE] ~= #hold then error('TGCORRUPT reservation ' .. ARGV[SUBJECT] .. ' is cut short') end
  if hold[H_STATE] == OPEN then
    local n = 0
    for at = H_ROWS, #hold, T_SIZE do
      if held[n - 1] == hold[at + T_TYPE] then
        held[n] = held[n] + hold[at + T_AMOUNT]
      else
        n = n + 2
        held[n - 1], held[n] = hold[at + T_TYPE], hold[at + T_AMOUNT]
      end
    end
  else
    for at = H_ROWS, #hold, E_SIZE do
      if hold[at + E_HELD] ~= NOT_HELD then
        local n = #held
        held[n + 1], held[n + 2] = hold[at + E_TYPE], hold[at + E_HELD]
      end
    end
  end
end
