-- Section: reads the account. Every script starts with it.
--
-- About sections: Redis makes every function of a script anew for every call. One costs 0.3 us, and
-- each local that it captures is searched for among all that are captured; 57 functions that captured
-- names of positions took 46 us before they did anything. So what runs once per call is a section, plain
-- code that shares the locals named in its header, and functions live inside the blocks that are
-- seldom run, where they cost nothing otherwise. A table costs 0.2 us and as much again for its first
-- element, a pass of ipairs 0.4: on the way that every call goes there are few of them, and what collects
-- is nil until there is something. Lists are made whole: Lua assigns a[1], a[2] = x, y from the right, and so
-- puts them into a hash first.
--
-- Sets: now, account, stored_account, fresh, before, what the frame and the standing say, and what collects
-- changes.
local told, -- the time to take as now, ms; 0 for the clock of Redis. Tests move time with it
  sent_plan, -- the plan that the server believes the account has; '' if it knows of none
  sent_profile, -- the version of the account's profile that it saw
  sent_opened, -- ms, where the plan's periods count from the account's opening; else 0
  may_open, -- 1 if the account may be opened on this plan
  overage, late_commit, -- the plan's policies: charge, cap or reject; charge or reject
  max_open, -- open holds of an account at most
  max_ledger, -- ledger entries of an account at most
  max_members, -- members of an account at most
  memory, -- ms that ended reservations are remembered
  sent_day, -- packed: the day in the account's time zone, for usage.lua
  sent_rules -- packed: token type, packed rule ...
  = cmsgpack.unpack(ARGV[FRAME])
local now = told
if now == 0 then
  local time = redis.call('TIME')
  local micros = time[1] * 1000000 + time[2]
  now = (micros - micros % 1000) / 1000
end

local stored_account = redis.call('GET', KEYS[ACCOUNT])
local fresh = not stored_account -- opened by this call, unless it ends without a change
local account = nil
local profile, plan, opened, status, expires, grace, closed, zone, locale, allowances, payer, payer_since
if stored_account then
  account = {cmsgpack.unpack(stored_account)}
  if account[A_SIZE] ~= #account then error('TGCORRUPT the account is cut short') end
  if account[A_LAYOUT] ~= LAYOUT then error('TGLAYOUT ' .. tostring(account[A_LAYOUT])) end
  profile, plan, opened, status, expires, grace, closed, zone, locale, allowances, payer,
    payer_since =
    cmsgpack.unpack(account[A_STANDING])
  if not payer_since then error('TGCORRUPT the standing of the account is cut short') end
  if plan ~= sent_plan or profile ~= sent_profile or (sent_opened ~= 0 and opened ~= sent_opened) then
    return {PROFILE, now, profile, plan, opened, zone, locale, allowances, payer, payer_since}
  end
  -- Kept to tell who pays for it: where nobody else does, it is no account.
  if plan == '' and ARGV[VIA] ~= OPERATOR and ARGV[VIA] ~= JOINING then return {NO_ACCOUNT, now} end
else
  if ARGV[VIA] ~= '' and ARGV[VIA] ~= OPERATOR and ARGV[VIA] ~= JOINING then return {NOT_PAYER, now} end
  if sent_plan == '' and ARGV[VIA] ~= JOINING then return {NO_ACCOUNT, now} end
  if sent_plan ~= '' and may_open ~= 1 then return {PROFILE, now, 0, '', 0, '', '', '', '', 0} end
  opened = now
  if sent_opened ~= 0 then opened = sent_opened end
  -- Too far off: the server's clock is, or it remembers an account that is gone.
  if math.abs(opened - now) > 2000 then return {PROFILE, now, 0, '', 0, '', '', '', '', 0} end
  -- Nothing precedes the opening: a period before it would give its allowance twice.
  now = math.max(now, opened)
  profile, plan, status, expires, grace, closed, payer, payer_since = 1, sent_plan, ACTIVE, 0, 0, 0, '', 0
  account = {LAYOUT, A_TYPES - 1, 0, 0, 1, FOREVER,
    cmsgpack.pack(1, sent_plan, opened, status, expires, grace, closed, '', '', '', '', 0, 0, ''), ''}
end

local before = account[A_REVISION]
local balances = {} -- token type -> balance, unpacked
local added = nil -- token types of these that are not in the account
local members = nil -- member id -> member, those that changed
local entries = nil -- packed ledger entries
local events = nil -- kind, type, amount ...
local expired_due, expired_holds = nil, nil -- what ZADD and HSET are to write of holds that expired
local hold, stored_hold = nil, nil -- the script's own reservation, and how it is stored
local opens = nil -- whether the script opens the account, whatever else it does
local started = nil -- what is to leave DUE: grants that have begun
local ended_grants = nil -- pockets of grants of which nothing is left
local charged, usage_key = nil, nil -- cells of usage and what to add to each, and where
local due = nil -- when the script's own reservation is due from now on, if it was changed
