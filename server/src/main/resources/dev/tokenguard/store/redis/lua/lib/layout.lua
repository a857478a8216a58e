-- How an account is stored; the only place that knows positions. Every name here is replaced by its
-- number when a script is assembled (ScriptAssembler.java), so that it costs nothing at run time.
--
-- A value is a sequence of MessagePack values without an array around them: written by
-- cmsgpack.pack(a, b, c), read by {cmsgpack.unpack(value)}. Nested arrays would take more than twice the
-- time; plain strings and hashes three times the memory. So what repeats, a pocket or a take, stands in
-- rows of a fixed size at the end of the sequence, and a name like P_FREE is counted from where its row
-- begins. The number of values in it is one of them, so that a sequence that was cut short is told
-- from a whole one.
--
-- An amount is an integer of at most 2^53 - 1, which a Lua number and cmsgpack both keep exactly.

-- The layout's version, first value of every account; the second is the number of values. That much holds for
-- every layout there will be: by it a server tells an account that a newer one wrote (Layout.java) from one that
-- is damaged, and touches neither. Raise it with any change that a server before would misread, in this file or in
-- what the scripts make of it, and bring what is older up to it in begin.lua.
local LAYOUT = 3
local MAX = 9007199254740991 -- 2^53 - 1
local FOREVER = 9007199254740991 -- the end of a period that never ends

-- KEYS of every script, all of one account and so of one hash slot
local ACCOUNT = 1 -- string: the account, as below
local HOLDS = 2 -- hash: reservation id -> hold; open ones, and those that ended and are remembered
local DUE = 3 -- zset: reservation id by the time when it expires; or, once it has ended, by FORGET + the
-- time when it is forgotten
local LEDGER = 4 -- list: entries, oldest first; none while there is only A_FIRST
local MEMBERS = 5 -- hash: member id -> member
local GRANTS = 6 -- hash: pocket -> what a grant is besides its pocket, as below
-- KEYS of commit and consume besides
local USAGE, USAGE_NEXT = 7, 8 -- hash: cell -> tokens charged; of USAGE_DAYS days each, see usage.lua
local USAGE_DAYS = 32
-- KEYS of reserve, consume and delete besides, the last: list of recent denials, newest first, as below
-- KEYS of delete besides
local DELETED = 7 -- string: request that deleted the account, its fingerprint, reservations refunded
-- KEYS of join and leave besides
local BELONGS = 7 -- hash of a member: account it was added to -> when it left, ms; 0 if it has not
local FORGET = 4503599627370496 -- 2^52: more than any time

-- First three of the ARGV of every script
local FRAME = 1 -- packed, as below
local SUBJECT = 2 -- the reservation's id; where there is none, the member's; REQUEST and its id for what
-- operators change, which is remembered among the reservations
local VIA = 3 -- who named itself alone and is paid for by this account; else '', or one of these, which no
-- id begins with:
local OPERATOR = '*' -- what operators do
local JOINING = '&' -- an operator adds a member, whose side this is
local REQUEST = '!'
local SCHEDULED = '#' -- in DUE: a grant's pocket that is put in at its time

-- FRAME: what the server says of itself and of the account's plan (Frames.java): the values that begin.lua
-- reads, of which the last is a packed sequence of token type, packed RULE, token type, packed RULE ...

-- RULE: what the plan says of one token type
local R_AMOUNT, R_ROLLOVER, R_CARRY_DEBT, R_SCHEDULE, R_INDEX = 1, 2, 3, 4, 5
local R_PREVIOUS, R_START, R_END, R_NEXT_END = 6, 7, 8, 9

-- ACCOUNT
local A_LAYOUT = 1
local A_SIZE = 2 -- number of values
local A_REVISION = 3 -- rises by one with every change
local A_OPEN = 4 -- number of open holds
local A_NEXT_POCKET = 5 -- id of the next pocket
local A_NEXT_DUE = 6 -- no open hold expires before this time, ms
local A_STANDING = 7 -- packed, as below
local A_FIRST = 8 -- the ledger's first entry while it is the only one, for a list would take more than the rest of
-- an account that nobody has used; '' from the second one on
local A_TYPES = 9 -- from here on: token type, packed BALANCE ...: a script unpacks only those it touches

-- STANDING of an account: what only operators change
local S_PROFILE = 1 -- version of plan, zone, locale and own allowances
local S_PLAN = 2
local S_OPENED = 3 -- ms
local S_STATUS = 4 -- ACTIVE or SUSPENDED
local S_EXPIRES = 5 -- end of the subscription, ms; 0 for none
local S_GRACE = 6 -- ms after that
local S_CLOSED = 7 -- 1 when only members may spend
local S_ZONE = 8 -- '' for the plan's
local S_LOCALE = 9 -- '' for none
local S_ALLOWANCES = 10 -- own allowances, packed by the server; '' for the plan's
local S_PAYER = 11 -- the account that pays when this one names itself alone; '' for itself
local S_PAYER_SINCE = 12 -- when that changed, ms; 0 if it never did
local S_MEMBERS = 13 -- members that were added
local S_INFO = 14 -- name and description, packed by the server; '' for none
local S_SIZE = 14
local ACTIVE, SUSPENDED = 0, 1

-- BALANCE of one token type: GRANTED = free - DEBT + held + CONSUMED + LAPSED at every moment
local B_SIZE = 1 -- number of values
local B_GRANTED, B_CONSUMED, B_LAPSED = 2, 3, 4 -- over the life of the account
local B_ORPHANED = 5 -- held, of pockets that have lapsed
local B_PERIOD_CONSUMED, B_PERIOD_LAPSED = 6, 7 -- since the last reset
local B_DEBT = 8
local B_POCKETS = 9 -- from here on: pockets in burn order

-- POCKET: the allowance of one period, or a grant; a row of a balance
local P_ID, P_PRIORITY = 0, 1
local P_AMOUNT = 2 -- of an allowance: the plan's amount that it was made for or adjusted to
local P_FREE, P_HELD = 3, 4 -- FREE is negative where the plan's amount fell below what was used
local P_FROM, P_UNTIL = 5, 6 -- ms; FOREVER for no end
local P_SCHEDULE = 7 -- of an allowance: its schedule's signature; GRANT for a grant
local P_INDEX = 8 -- of an allowance: number of its period
local P_SIZE = 9
local GRANT = -1
local ALLOWANCE_PRIORITY = 0

-- HOLD
local H_FINGERPRINT, H_FEATURE, H_MEMBER = 1, 2, 3
local H_METADATA = 4 -- packed by the server; '' once it has ended. Up to here it is the server's argument
local H_SIZE = 5 -- number of values
local H_STATE, H_CREATED, H_EXPIRES = 6, 7, 8
local H_SETTLED = 9 -- fingerprint of the commit
local H_LATE = 10 -- 1 if it was committed after its end
local H_ROWS = 11 -- from here on: takes of an open hold, else ends; in order of type
local WHOLE = 'whole' -- SETTLED where just what was held is charged
local CONSUMED = 'consumed' -- SETTLED of what was charged without a hold

-- TAKE: what an open hold took from one pocket. Pocket and amount are 0 where nothing was to take.
local T_TYPE = 0
local T_PERIOD = 1 -- the member's period
local T_POCKET, T_AMOUNT = 2, 3
local T_SIZE = 4

-- END: how it ended for one token type
local E_TYPE = 0
local E_HELD = 1 -- NOT_HELD for a type that was used without being held
local E_CHARGED, E_RETURNED, E_OVERDRAWN, E_UNCOVERED = 2, 3, 4, 5
local E_SIZE = 6
local NOT_HELD = -1

-- MEMBER: {listed, caps, use}, nested. A period is named by the id of the allowance's pocket; where
-- there is none, by 0 or less, see member_period.lua
local M_LISTED = 1 -- 1 when an operator added it; 0 when an open account only counts it
local M_CAPS = 2 -- token type -> cap
local M_USE = 3 -- token type -> {period, consumed, held}

-- Of a grant, packed: what its pocket does not tell. The pocket is put in at FROM.
local G_ID, G_TYPE, G_AMOUNT, G_PRIORITY, G_FROM, G_UNTIL, G_CREATED = 1, 2, 3, 4, 5, 6, 7
local G_REASON, G_METADATA = 8, 9 -- metadata is packed by the server: who, and a note
local G_SIZE = 9

-- LEDGER entry: revision, ms, kind, feature, member, reservation, metadata, note, late, and from N_LINES on
-- rows of type, granted, consumed, lapsed, released, balance. The note is a refund's reason, a commit's
-- metadata, or why an account changed by itself. Balance is what is left afterwards, held tokens
-- included; over the whole ledger it is the sum of granted - consumed - lapsed.
local N_LINES, N_LINE_SIZE = 10, 6
local L_OPEN, L_GRANT, L_RESET, L_COMMIT, L_REFUND, L_EXPIRE, L_ADJUST = 0, 1, 2, 3, 4, 5, 6
local LEDGER_SLACK = 64 -- entries over the limit before the oldest are folded, all at once

-- A recent DENIAL: what decide.lua says of it follows from D_REASON on
local D_COUNT, D_FIRST, D_LAST, D_FEATURE, D_MEMBER, D_RESERVATION = 1, 2, 3, 4, 5, 6
local D_REASON, D_TYPE, D_SCOPE, D_REQUIRED, D_AVAILABLE, D_RESET = 7, 8, 9, 10, 11, 12
local DENIALS_KEPT = 604800000 -- 7 days in ms

-- Housekeeping of ended reservations: every so many revisions, at most so many
local FORGET_EVERY, FORGET_AT_ONCE = 8, 32
