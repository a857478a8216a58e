-- Section: unpacks the balance of `name`, once. Sets: balance.
local balance = balances[name]
if not balance then
  local slot = slots[name]
  if slot then
    balance = {cmsgpack.unpack(account[slot])}
    if balance[B_SIZE] ~= #balance then error('TGCORRUPT the balance of ' .. name .. ' is cut short') end
  else
    balance = {B_POCKETS - 1, 0, 0, 0, 0, 0, 0, 0}
  end
  balances[name] = balance
end
