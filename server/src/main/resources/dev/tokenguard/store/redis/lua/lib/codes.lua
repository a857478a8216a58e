-- Numbers that replies carry. The server's enums mirror them; a test holds the two together.

-- The first element of every reply: ReplyCode
local OK, DENIED, PROFILE, CLOCK, MISMATCH, NOT_FOUND, ENDED = 0, 1, 2, 3, 4, 5, 6
local LATE_REJECTED, OVERAGE_REJECTED, TOO_MANY, RANGE, NO_ACCOUNT = 7, 8, 9, 10, 11
local NOT_PAYER, TOO_MANY_MEMBERS, EXISTS, STALE, TOO_FEW, NO_MEMBER = 12, 13, 14, 15, 16, 17
local OTHER_PAYER, PAST = 18, 19

-- Reasons of a denial, in order of precedence: Denial.Reason
local ACCOUNT_NOT_FOUND, ACCOUNT_SUSPENDED, SUBSCRIPTION_EXPIRED, NOT_A_MEMBER = 0, 1, 2, 3
local FEATURE_NOT_IN_PLAN, MEMBER_LIMIT_REACHED, INSUFFICIENT_TOKENS = 4, 5, 6

-- Whose limit a denial is about: Denial.Scope
local ACCOUNT_SCOPE, MEMBER_SCOPE = 0, 1

-- Things that were due: AccountSnapshot.Kind
local RESET_EVENT, EXPIRED_EVENT, LAPSED_EVENT, OPENED_EVENT, GRANTED_EVENT = 0, 1, 2, 3, 4

-- How a reservation stands: Reservation.State
local OPEN, COMMITTED, REFUNDED, EXPIRED = 0, 1, 2, 3
