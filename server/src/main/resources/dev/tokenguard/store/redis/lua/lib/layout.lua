-- How an account is stored; the only place that knows positions. Every name here is replaced by its
-- number when a script is assembled (Script.java), so that it costs nothing at run time.
--
-- Values are packed with cmsgpack: a million accounts as plain strings and short lists take a third of
-- what hashes take. An amount is an integer of at most 2^53 - 1, which a Lua number and cmsgpack both
-- keep exactly.

-- The layout's version, first element of every account. A server that meets another one stops there.
local LAYOUT = 1
local MAX = 9007199254740991 -- 2^53 - 1
local FOREVER = 9007199254740991 -- the end of a period that never ends

-- KEYS of every script, all of one account and so of one hash slot
local ACCOUNT = 1 -- string: the account, as below
local HOLDS = 2 -- hash: reservation id -> hold; open ones, and those that ended and are remembered
local DUE = 3 -- zset: reservation id by the time when it expires; or, once it has ended, by FORGET + the
-- time when it is forgotten
local LEDGER = 4 -- list: entries, oldest first
local MEMBERS = 5 -- hash: member id -> member
local FORGET = 4503599627370496 -- 2^52: more than any time

-- ACCOUNT
local A_LAYOUT = 1
local A_REVISION = 2 -- rises by one with every change
local A_PROFILE = 3 -- version of plan, zone, locale and own allowances
local A_PLAN = 4
local A_OPENED = 5 -- ms
local A_STATUS = 6 -- ACTIVE or SUSPENDED
local A_EXPIRES = 7 -- end of the subscription, ms; 0 for none
local A_GRACE = 8 -- ms after that
local A_CLOSED = 9 -- 1 when only members may spend
local A_ZONE = 10 -- '' for the plan's
local A_LOCALE = 11 -- '' for none
local A_ALLOWANCES = 12 -- own allowances, packed by the server; '' for the plan's
local A_OPEN = 13 -- number of open holds
local A_NEXT_POCKET = 14 -- id of the next pocket
local A_NEXT_DUE = 15 -- no open hold expires before this time, ms
local A_TYPES = 16 -- token type -> packed balance, so that a script unpacks only those it touches
local ACTIVE, SUSPENDED = 0, 1

-- BALANCE of one token type: GRANTED = free - DEBT + held + CONSUMED + LAPSED at every moment
local B_GRANTED, B_CONSUMED, B_LAPSED = 1, 2, 3 -- over the life of the account
local B_ORPHANED = 4 -- held, of pockets that have lapsed
local B_PERIOD_CONSUMED, B_PERIOD_LAPSED = 5, 6 -- since the last reset
local B_DEBT = 7
local B_POCKETS = 8 -- in burn order

-- POCKET: the allowance of one period, or a grant
local P_ID, P_PRIORITY = 1, 2
local P_AMOUNT = 3 -- of an allowance: the plan's amount that it was made for or adjusted to
local P_FREE, P_HELD = 4, 5 -- FREE is negative where the plan's amount fell below what was used
local P_FROM, P_UNTIL = 6, 7 -- ms; FOREVER for no end
local P_SCHEDULE = 8 -- of an allowance: its schedule's signature; GRANT for a grant
local P_INDEX = 9 -- of an allowance: number of its period
local GRANT = -1
local ALLOWANCE_PRIORITY = 0

-- RULE: what the plan says of one token type, packed by the server (PlanRules.java)
local R_AMOUNT, R_ROLLOVER, R_CARRY_DEBT, R_SCHEDULE, R_INDEX = 1, 2, 3, 4, 5
local R_PREVIOUS, R_START, R_END, R_NEXT_END = 6, 7, 8, 9

-- HOLD
local H_STATE, H_FINGERPRINT, H_FEATURE, H_MEMBER, H_CREATED, H_EXPIRES = 1, 2, 3, 4, 5, 6
local H_METADATA = 7 -- packed by the server
local H_TAKES = 8 -- in order of type: {type, member's period, pocket, amount, pocket, amount ...} ...
-- and once it has ended
local H_SETTLED = 9 -- fingerprint of the commit
local H_CHARGED, H_RETURNED, H_OVERDRAWN, H_UNCOVERED = 10, 11, 12, 13 -- {type, amount ...}
local H_LATE = 14
local CONSUMED = 'consumed' -- SETTLED of what was charged without a hold

-- MEMBER. A period is named by the id of the allowance's pocket, 0 where there is no allowance
local M_LISTED = 1 -- 1 when an operator added it; 0 when an open account only counts it
local M_CAPS = 2 -- token type -> cap
local M_USE = 3 -- token type -> {period, consumed, held}

-- LEDGER entry: {revision, ms, kind, feature, member, reservation, metadata, note, lines, late}. The note
-- is a refund's reason, a commit's metadata, or why an account changed by itself. A line is {type,
-- granted, consumed, lapsed, released, balance}. Balance is what is left afterwards, held tokens
-- included; over the whole ledger it is the sum of granted - consumed - lapsed.
local L_OPEN, L_GRANT, L_RESET, L_COMMIT, L_REFUND, L_EXPIRE, L_ADJUST = 0, 1, 2, 3, 4, 5, 6
local LEDGER_SLACK = 64 -- entries over the limit before the oldest are folded, all at once

-- Housekeeping of ended reservations: every so many revisions, at most so many
local FORGET_EVERY, FORGET_AT_ONCE = 8, 32
