-- Section: who is paid for may settle its own reservations only. Needs: hold. Changes: it and what it set.
if hold and ARGV[VIA] ~= '' and ARGV[VIA] ~= OPERATOR and hold[H_MEMBER] ~= ARGV[VIA] then
  hold, held, stored_hold = nil, nil, nil
end
