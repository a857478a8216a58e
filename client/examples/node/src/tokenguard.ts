/**
 * A small client of TokenGuard: hold tokens before the work, charge them when it is done, return them if it fails.
 *     const guard = new TokenGuard("127.0.0.1:7707", {token: () => key});
 *     const site = await guard.run({account: "ann", feature: "create_website"}, () => build(brief));
 */
import {randomUUID} from "node:crypto";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import {loadSync, type MethodDefinition} from "@grpc/proto-loader";
import * as protobuf from "protobufjs";
import type {ProtoGrpcType} from "./generated/token_guard_service";
import type {CheckAndReserveResponse__Output as Answer} from "./generated/tokenguard/v1/CheckAndReserveResponse";
import type {Reservation__Output as Held} from "./generated/tokenguard/v1/Reservation";

const loaded = loadSync("tokenguard/v1/token_guard_service.proto", {  // With the options of `npm run stubs`.
  includeDirs: [join(__dirname, "../../../../proto")], longs: Number, enums: String, defaults: true, oneofs: true});
const {v1} = (grpc.loadPackageDefinition(loaded) as unknown as ProtoGrpcType).tokenguard;
const {CheckAndReserve, Commit, Refund, Extend} = v1.TokenGuardService.service;
type Method<Q, A> = MethodDefinition<Q, any, any, A>;
const RETRYABLE = [grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.ABORTED];

/** The account may not spend. An outcome, not a fault: `answer` has the denial, and the balances as they are. */
export class Denied extends Error {
  constructor(readonly answer: Answer) { super(answer.denial!.message); }
}

/** The id belongs to work that runs or ran already, as after a double click: do not run it again. */
export class Duplicate extends Error {
  readonly state = this.known.state.replace("RESERVATION_STATE_", "");
  constructor(readonly known: Held) { super(`${known.reservationId} was reserved before and is ${known.state.slice(18)}`); }
}

/** `reservationId`: the idempotency key, the same for the same piece of work. `ttl`: of the hold, in seconds. */
export interface Request {
  account: string; feature: string; member?: string; locale?: string;
  amounts?: Record<string, number>; reservationId?: string; ttl?: number;
}

/** One for the life of a service. `token` is asked at every call; a call has `deadline` ms, each attempt `attempt`. */
export class TokenGuard {
  private readonly settling = new Set<Promise<unknown>>();
  private readonly deadline = this.options.deadline ?? 3000;
  // Left alone, gRPC waits up to two minutes before it connects again: too long after the restart of a sidecar.
  private readonly client = new grpc.Client(this.target, this.options.tls ?? grpc.credentials.createInsecure(),
    {"grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000});

  constructor(private readonly target: string, private readonly options:
    {token?: () => string; tls?: grpc.ChannelCredentials; deadline?: number; attempt?: number} = {}) {}

  private once<Q, A>(method: Method<Q, A>, request: Q, deadline: number): Promise<A> {
    const metadata = new grpc.Metadata();
    if (this.options.token) metadata.set("authorization", `Bearer ${this.options.token()}`);
    return new Promise((done, fail) => this.client.makeUnaryRequest(method.path, method.requestSerialize,
      method.responseDeserialize, request, metadata, {deadline}, (fault, answer) => fault ? fail(fault) : done(answer!)));
  }

  /** Makes a call within `budget` milliseconds, the same again while nobody knows what came of it. */
  async call<Q, A>(method: Method<Q, A>, request: Q, budget = this.deadline): Promise<{answer: A; attempts: number}> {
    const end = Date.now() + budget;
    for (let attempts = 1; ; attempts++) {
      try {
        const deadline = Math.min(Date.now() + (this.options.attempt ?? 1000), end);
        return {answer: await this.once(method, request, deadline), attempts};
      } catch (fault) {
        const backoff = (0.5 + Math.random() / 2) * Math.min(1000, 50 * 2 ** attempts);
        const wait = Math.max(backoff, retryAfter(fault as grpc.ServiceError));
        if (!RETRYABLE.includes((fault as grpc.ServiceError).code) || Date.now() + wait >= end) throw fault;
        await sleep(wait);
      }
    }
  }

  /** Holds what the feature costs and keeps it held, until the reservation is settled or let go. */
  async reserve({account, feature, member, amounts, locale, reservationId, ttl = 60}: Request): Promise<Reservation> {
    const ids = {accountId: account, reservationId: reservationId ?? randomUUID()};
    const request = {...ids, feature, memberId: member, amounts, locale, ttl: {seconds: ttl}};
    const {answer, attempts} = await this.call(CheckAndReserve, request).catch((fault) => {
      if (!reservationId) void this.settle(Refund, ids);  // It may be held. Who gave an id may try again with it.
      throw fault;
    });
    if (!answer.reservation) throw new Denied(answer);
    const replayed = answer.replayed && reservationId && attempts === 1;  // Else it is an answer to ourselves.
    if (replayed || answer.reservation.state !== "RESERVATION_STATE_OPEN") throw new Duplicate(answer.reservation);
    return new Reservation(this, answer.reservation, ttl);
  }

  /** Reserves, runs the work while the hold is kept alive, then commits; refunds if it throws. */
  async run<T>(request: Request, work: (reservation: Reservation) => Promise<T>): Promise<T> {
    const reservation = await this.reserve(request);
    try {
      const result = await work(reservation);
      await reservation.commit();
      return result;
    } finally {
      await reservation.refund("failed");  // Does nothing after a commit.
    }
  }

  /** Commits or refunds. Is waited for no longer than a call may take: then it goes on in the background. */
  async settle<Q, A>(method: Method<Q, A>, request: Q): Promise<void> {
    const settled: Promise<unknown> = this.call(method, request, 600_000)
      .catch((fault) => console.error(`not done: ${method.path} of ${JSON.stringify(request)}: ${fault.message}`))
      .finally(() => this.settling.delete(settled));
    this.settling.add(settled);
    await Promise.race([settled, sleep(this.deadline)]);
  }

  /** Waits for commits and refunds under way, no longer than a call may take. */
  async close(): Promise<void> {
    await Promise.race([Promise.all(this.settling), sleep(this.deadline)]);
    this.client.close();
  }
}

/** Tokens held for work that runs. The first of commit and refund wins. */
export class Reservation {
  readonly id = this.held.reservationId;
  private readonly ids = {accountId: this.held.accountId, reservationId: this.held.reservationId};
  private readonly beat = setInterval(() => this.guard.call(Extend, {...this.ids, ttl: {seconds: this.ttl}}).catch(
    (fault) => console.warn(`${this.id} may not be held any more: ${fault.message}`)), this.ttl * 1000 / 3).unref();
  private settlement?: Promise<void>;
  constructor(private readonly guard: TokenGuard, readonly held: Held, private readonly ttl: number) {}
  /** Charges what was held, or other amounts. */
  commit(actual?: Record<string, number>): Promise<void> {
    this.letGo();
    return this.settlement ??= this.guard.settle(Commit, {...this.ids, actual: actual && {amounts: actual}});
  }
  /** Returns what is held. */
  refund(reason: string): Promise<void> {
    this.letGo();
    return this.settlement ??= this.guard.settle(Refund, {...this.ids, reason});
  }
  /** Ends the heartbeat: the hold returns by itself, unless it is settled before. */
  letGo(): void { clearInterval(this.beat); }
}

const details = protobuf.parse(`syntax = "proto3"; message Any { string type_url = 1; bytes value = 2; }
  message Status { repeated Any details = 3; } message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }`).root;

/** How many milliseconds TokenGuard asks to wait (`RetryInfo`); 0 if it does not say. */
export function retryAfter(fault: grpc.ServiceError): number {
  const bytes = fault.metadata?.get("grpc-status-details-bin")[0] as Buffer | undefined;
  const status: any = bytes && details.lookupType("Status").decode(bytes);
  const info = status?.details.find((each: any) => each.typeUrl.endsWith("/google.rpc.RetryInfo"));
  const delay = info && (details.lookupType("RetryInfo").decode(info.value) as any).retryDelay;
  return delay ? Number(delay.seconds) * 1000 + delay.nanos / 1e6 : 0;
}
