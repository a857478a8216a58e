-- Section: unpacks the balance of `name`, once. Sets: balance.
local balance = balances[name]
if not balance then
  local packed = nil
  for at = A_TYPES, #account, 2 do
    if account[at] == name then packed = account[at + 1] end
  end
  if packed then
    balance = {cmsgpack.unpack(packed)}
    if balance[B_SIZE] ~= #balance then error('TGCORRUPT the balance of ' .. name .. ' is cut short') end
  else
    balance = {B_POCKETS - 1, 0, 0, 0, 0, 0, 0, 0}
    added = added or {}
    added[#added + 1] = name
  end
  balances[name] = balance
end
