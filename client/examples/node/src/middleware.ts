/**
 * Puts TokenGuard before a route of Express.
 *
 * The work is charged when its answer says that it went well (below 400), before the end of the answer is sent, and
 * refunded when the answer says otherwise. When the client goes away, `res.locals.signal` tells the work to stop: work
 * that heeds it fails and is refunded, work that goes on to its end is charged, for it was done.
 */
import {status, type ServiceError} from "@grpc/grpc-js";
import type {Request, RequestHandler, Response} from "express";
import {Denied, Duplicate, retryAfter, type Reservation, type TokenGuard} from "./tokenguard";

const MENDED_BY_TOKENS = ["INSUFFICIENT_TOKENS", "MEMBER_LIMIT_REACHED"];
const TRY_LATER = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.ABORTED, status.RESOURCE_EXHAUSTED];

export interface Spending {
  /** A feature of the catalog. */
  feature: string;
  /** Who pays. */
  account: (req: Request) => string | undefined;
  /** How long the hold outlives this process, in seconds. */
  ttl?: number;
}

export function spends(guard: TokenGuard, {feature, account, ttl}: Spending): RequestHandler {
  return async (req, res, next) => {
    const payer = account(req);
    if (!payer) return refuse(res, 401, "UNAUTHENTICATED", "The request does not say who pays.");
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    let reservation: Reservation;
    try {
      reservation = await guard.reserve({
        account: payer, feature, ttl, reservationId: req.get("idempotency-key"), locale: language(req)});
    } catch (problem) {
      return answer(res, problem);
    }
    if (gone.signal.aborted) return void reservation.refund("the client has gone");
    // Nobody waits any more: should the work hang, its hold is to return by itself.
    res.once("close", () => reservation.letGo());
    res.locals.signal = gone.signal;
    settleBeforeTheEnd(res, reservation);
    next();
  };
}

function settleBeforeTheEnd(res: Response, reservation: Reservation): void {
  const end = res.end as (...all: unknown[]) => Response;
  res.end = ((...all: unknown[]) => {
    res.end = end;
    const settled = res.statusCode < 400 ? reservation.commit() : reservation.refund(`HTTP ${res.statusCode}`);
    void settled.then(() => end.apply(res, all));
    return res;
  }) as Response["end"];
}

function answer(res: Response, problem: unknown): void {
  if (problem instanceof Denied) return deny(res, problem);
  if (problem instanceof Duplicate) {
    return refuse(res, 409, `RESERVATION_${problem.state}`, `The same request again: ${problem.message}.`);
  }
  const fault = problem as ServiceError;
  if (TRY_LATER.includes(fault.code)) {  // Fails closed: what cannot be asked for does not run.
    res.set("Retry-After", String(Math.max(1, Math.ceil(retryAfter(fault) / 1000))));
    return refuse(res, 503, "TOKENGUARD_UNAVAILABLE", "Nothing was done. Please try again soon.");
  }
  if (fault.code === status.INVALID_ARGUMENT) {
    return refuse(res, 400, "INVALID_ARGUMENT", "The account or the Idempotency-Key is malformed.");
  }
  if (fault.code === status.ALREADY_EXISTS) {
    return refuse(res, 409, "IDEMPOTENCY_MISMATCH", "The Idempotency-Key was used for something else.");
  }
  console.error("TokenGuard:", problem);
  refuse(res, 500, "INTERNAL", "Spending cannot be checked.");
}

/** 402 where tokens, or waiting for them, would help; 403 where they would not. */
function deny(res: Response, {answer}: Denied): void {
  const denial = answer.denial!;
  const reason = denial.reason.replace("DENIAL_REASON_", "");
  const balance = answer.balances.find((each) => !denial.tokenType || each.tokenType === denial.tokenType);
  refuse(res, MENDED_BY_TOKENS.includes(reason) ? 402 : 403, reason, denial.message, {
    tokens_remaining: denial.tokenType ? denial.available : balance?.available ?? null,
    original_tokens: balance?.granted ?? null,
    consumed_tokens: balance?.consumed ?? null,
    reset_time: denial.resetTime && new Date(Number(denial.resetTime.seconds) * 1000).toISOString(),
  });
}

function refuse(res: Response, code: number, error_code: string, message: string, tokens: object = {}): void {
  res.status(code).json({success: false, error_code, tokens_remaining: null, original_tokens: null,
    consumed_tokens: null, reset_time: null, ...tokens, message});
}

function language(req: Request): string {
  return req.get("accept-language")?.split(",")[0]?.split(";")[0]?.trim() ?? "";
}
