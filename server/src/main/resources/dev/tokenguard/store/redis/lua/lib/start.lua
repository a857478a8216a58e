-- Puts in the grants whose time has come. Runs inside expire. They cover no debt yet: a reset that is due
-- forgives that first, and finish covers what then is left of it.
-- Needs: started, and the functions of ledger.
-- include: pocket
-- include: room
-- include: give
for _, id in ipairs(started) do
  local pocket = string.sub(id, 2)
  local grant = redis.call('HGET', KEYS[GRANTS], pocket)
  if not grant then error('TGCORRUPT grant ' .. pocket .. ' is due and missing') end
  grant = {cmsgpack.unpack(grant)}
  if #grant ~= G_SIZE then error('TGCORRUPT grant ' .. pocket .. ' is cut short') end
  local name, lines = grant[G_TYPE], {}
  -- include: balance
  local amount = put_in_grant(name, balance, tonumber(pocket), grant)
  add_line(lines, name, balance, amount, 0, 0, 0)
  add_grant_entry(grant, lines)
  append(events, GRANTED_EVENT, name, amount)
end
