-- Section: in which cells of usage a charge is counted. A cell is of a day of the account's time zone, a
-- feature, a token type and a member; hashes of USAGE_DAYS days each go away by themselves.
--
-- Needs: used: {type, amount ...}, used_feature, used_member. Sets: charged, usage_key.
do
  local index, previous, start, till, next_end, keep = cmsgpack.unpack(sent_day)
  if now < previous or now >= next_end then return {CLOCK, now} end
  local day = index
  if now < start then day = index - 1 elseif now >= till then day = index + 1 end
  local offset = day % USAGE_DAYS
  usage_key = USAGE
  if (day - offset) / USAGE_DAYS ~= math.floor((index - 1) / USAGE_DAYS) then usage_key = USAGE_NEXT end
  for i = 1, #used, 2 do
    if used[i + 1] > 0 then
      charged = charged or {keep = keep}
      charged[#charged + 1] = offset .. '/' .. used_feature .. '/' .. used[i] .. '/' .. used_member
      charged[#charged + 1] = used[i + 1]
    end
  end
end
