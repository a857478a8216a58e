-- Section: has what an operator asks for been done before? It is remembered among the reservations, under
-- REQUEST and its id, and forgotten as they are. Without an id SUBJECT is ''.
--
-- Needs: begin, expire, request: {fingerprint, ms to remember it}. Sets: again: what came of it; or answer.
local again = nil
local remembered = ARGV[SUBJECT] ~= '' and redis.call('HGET', KEYS[HOLDS], ARGV[SUBJECT])
if remembered then
  remembered = {cmsgpack.unpack(remembered)}
  if remembered[H_FINGERPRINT] == request[1] then
    again = remembered[H_SETTLED]
  else
    answer = {MISMATCH, now}
  end
end
redis.call('ZCARD', KEYS[DUE]) -- is of the type that it is to be, before anything is written
