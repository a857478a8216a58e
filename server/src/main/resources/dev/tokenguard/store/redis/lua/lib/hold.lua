-- Section: reads the script's own reservation as it is after what was due.
--
-- Needs: begin, expire. Sets: hold, which stays nil if there is none; stored_hold; and held: {type, amount
-- ...} of what it holds, or held when it ended; nil without a hold.
local held = nil
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
    for at = H_ROWS, #hold, T_SIZE do
      local name, amount = hold[at + T_TYPE], hold[at + T_AMOUNT]
      if not held then
        held = {name, amount}
      elseif held[#held - 1] == name then
        held[#held] = held[#held] + amount
      else
        held[#held + 1] = name
        held[#held + 1] = amount
      end
    end
  else
    for at = H_ROWS, #hold, E_SIZE do
      if hold[at + E_HELD] ~= NOT_HELD then
        held = held or {}
        held[#held + 1] = hold[at + E_TYPE]
        held[#held + 1] = hold[at + E_HELD]
      end
    end
  end
  held = held or {}
end
