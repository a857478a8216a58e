-- Section: reads the account. Every script starts with it; ARGV 1-9 are the same for all:
--   1 now        ms; '' for the clock of Redis. Tests move time with it
--   2 plan       the plan that the server believes the account has; '' if it knows of none
--   3 profile    the version of the account's profile that it saw
--   4 opened     ms, where the plan's periods count from the account's opening; else ''
--   5 may_open   1 if the account may be opened on this plan
--   6 rules      packed: token type -> packed rule
--   7 max_open   open holds of an account at most
--   8 max_ledger ledger entries of an account at most
--   9 memory     ms that ended reservations are remembered
--
-- About sections: Redis makes every function of a script anew for every call. One costs 0.3 us, and
-- each local that it captures is searched for among all that are captured; 57 functions that captured
-- names of positions took 46 us before they did anything. So what runs once per call is a section, plain
-- code that shares the locals named in its header, and functions live inside the blocks that are
-- seldom run, where they cost nothing otherwise.
--
-- Sets: now, account, fresh, types, before, and the empty collections of changes.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local account = redis.call('GET', KEYS[ACCOUNT])
local fresh = not account -- opened by this call, unless it ends without a change
if account then
  account = cmsgpack.unpack(account)
  if account[A_LAYOUT] ~= LAYOUT then error('TGLAYOUT the account has another layout than this server knows') end
  if account[A_PLAN] ~= ARGV[2] or account[A_PROFILE] ~= tonumber(ARGV[3])
    or (ARGV[4] ~= '' and account[A_OPENED] ~= tonumber(ARGV[4])) then
    return {PROFILE, now, account[A_PROFILE], account[A_PLAN], account[A_OPENED], account[A_ZONE],
      account[A_LOCALE], account[A_ALLOWANCES]}
  end
else
  if ARGV[2] == '' then return {NO_ACCOUNT, now} end
  if ARGV[5] ~= '1' then return {PROFILE, now, 0, '', 0, '', '', ''} end
  local opened = tonumber(ARGV[4]) or now
  -- Too far off: the server's clock is, or it remembers an account that is gone.
  if math.abs(opened - now) > 2000 then return {PROFILE, now, 0, '', 0, '', '', ''} end
  -- Nothing precedes the opening: a period before it would give its allowance twice.
  now = math.max(now, opened)
  account = {LAYOUT, 0, 1, ARGV[2], opened, ACTIVE, 0, 0, 0, '', '', '', 0, 1, FOREVER, {}}
end

local types = account[A_TYPES]
local before = account[A_REVISION]
local balances = {} -- token type -> balance, unpacked
local changed = {} -- token type -> true
local entries = {} -- packed ledger entries
local events = {} -- {kind, type, amount ...}
local due_writes = {} -- {time, reservation ...}
local hold_writes = {} -- {reservation, packed hold ...}
local members = {} -- member id -> member, those that changed
