-- Section: reads the account. Every script starts with it.
--
-- About sections: Redis makes every function of a script anew for every call. One costs 0.3 us, and
-- each local that it captures is searched for among all that are captured; 57 functions that captured
-- names of positions took 46 us before they did anything. So what runs once per call is a section, plain
-- code that shares the locals named in its header, and functions live inside the blocks that are
-- seldom run, where they cost nothing otherwise. A table costs 0.2 us and as much again for its first
-- element, a pass of ipairs 0.4: on the way that every call goes there are few of them.
--
-- Sets: frame, now, account, fresh, slots, before, and what collects changes.
local frame = {cmsgpack.unpack(ARGV[FRAME])}
local now = frame[F_NOW]
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local account = redis.call('GET', KEYS[ACCOUNT])
local fresh = not account -- opened by this call, unless it ends without a change
if account then
  account = {cmsgpack.unpack(account)}
  if account[A_LAYOUT] ~= LAYOUT then error('TGLAYOUT the account has another layout than this server knows') end
  if account[A_SIZE] ~= #account then error('TGCORRUPT the account is cut short') end
  if account[A_PLAN] ~= frame[F_PLAN] or account[A_PROFILE] ~= frame[F_PROFILE]
    or (frame[F_OPENED] ~= 0 and account[A_OPENED] ~= frame[F_OPENED]) then
    return {PROFILE, now, account[A_PROFILE], account[A_PLAN], account[A_OPENED], account[A_ZONE],
      account[A_LOCALE], account[A_ALLOWANCES]}
  end
else
  if frame[F_PLAN] == '' then return {NO_ACCOUNT, now} end
  if frame[F_MAY_OPEN] ~= 1 then return {PROFILE, now, 0, '', 0, '', '', ''} end
  local opened = now
  if frame[F_OPENED] ~= 0 then opened = frame[F_OPENED] end
  if math.abs(opened - now) > 2000 then return {CLOCK, now} end
  account = {LAYOUT, A_TYPES - 1, 0, 1, frame[F_PLAN], opened, ACTIVE, 0, 0, 0, '', '', '', 0, 1, FOREVER}
end

local slots = {} -- token type -> where in the account its packed balance is
for at = A_TYPES, #account, 2 do slots[account[at]] = at + 1 end
local before = account[A_REVISION]
local balances = {} -- token type -> balance, unpacked
local members = {} -- member id -> member, those that changed
local entries = {} -- packed ledger entries
local events = {} -- kind, type, amount ...
local expired_due, expired_holds = nil, nil -- what ZADD and HSET are to write of holds that expired
local hold, stored_hold = nil, nil -- the script's own reservation, and how it is stored
local due = nil -- when the script's own reservation is due from now on, if it was changed
