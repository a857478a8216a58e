-- Section: remembers that it was done. Needs: request, outcome: what came of it, a string. Sets: due, stored_hold.
opens = true
if ARGV[SUBJECT] ~= '' then
  stored_hold = cmsgpack.pack(request[1], '', '', '', H_ROWS - 1, COMMITTED, now, now, outcome, 0)
  due = FORGET + now + request[2]
end
