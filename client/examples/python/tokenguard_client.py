"""A small client of TokenGuard: hold tokens before the work, charge them when it is done, return them if it fails.

    guard = TokenGuard("127.0.0.1:7707", token=lambda: key)
    async with guard.hold("ann", "create_website") as reservation:
        site = await build(brief)  # charged when the block ends, refunded when it raises
"""
import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from grpc import ChannelCredentials, StatusCode as Code, aio
from tokenguard.v1 import reservation_pb2, token_guard_service_pb2 as api
from tokenguard.v1.token_guard_service_pb2_grpc import TokenGuardServiceStub

log = logging.getLogger("tokenguard")
RETRYABLE = (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.ABORTED)
SETTLE_FOR = 600.0  # Seconds: so long a commit or refund is tried, in the background when its caller has gone on.
# Left alone, gRPC waits up to two minutes before it connects again: too long after the restart of a sidecar.
OPTIONS = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 1000)]


class Denied(Exception):
    """The account may not spend. An outcome, not a fault: `denial` says why, `balances` what there is."""
    def __init__(self, answer: api.CheckAndReserveResponse):
        super().__init__(answer.denial.message)
        self.denial, self.balances = answer.denial, answer.balances


class Duplicate(Exception):
    """The id belongs to work that runs or ran already, as after a double click: do not run it again."""
    def __init__(self, known: reservation_pb2.Reservation):
        self.state = reservation_pb2.ReservationState.Name(known.state).removeprefix("RESERVATION_STATE_")
        super().__init__(f"{known.reservation_id} was reserved before and is {self.state}")


class TokenGuard:
    """One for the life of a service. `token` is asked at every call, so that it can be renewed."""
    def __init__(self, target: str, token: Callable[[], str] | None = None,
                 tls: ChannelCredentials | None = None, deadline: float = 3.0, attempt: float = 1.0):
        self._channel = aio.secure_channel(target, tls, OPTIONS) if tls else aio.insecure_channel(target, OPTIONS)
        self.stub = TokenGuardServiceStub(self._channel)
        self._token, self.deadline, self._attempt = token, deadline, attempt
        self._settling: set[asyncio.Task] = set()

    async def call(self, method, request, budget: float):
        """Makes a call within so many seconds, the same again while nobody knows what came of it."""
        now, attempts = asyncio.get_running_loop().time, 0
        end = now() + budget
        while True:
            attempts += 1
            bearer = [("authorization", f"Bearer {self._token()}")] if self._token else None
            try:
                return await method(request, timeout=min(self._attempt, end - now()), metadata=bearer), attempts
            except aio.AioRpcError as fault:
                wait = max(random.uniform(0.5, 1) * min(1.0, 0.05 * 2 ** min(attempts, 9)), retry_after(fault))
                if fault.code() not in RETRYABLE or now() + wait >= end:
                    raise
            await asyncio.sleep(wait)

    async def reserve(self, account: str, feature: str, reservation_id: str | None = None, *, member: str = "",
                      amounts: dict[str, int] | None = None, ttl: int = 60, locale: str = "") -> "Reservation":
        """Holds what the feature costs, for `ttl` seconds. The id is the same for the same piece of work."""
        request = api.CheckAndReserveRequest(
            account_id=account, member_id=member, feature=feature, reservation_id=reservation_id or str(uuid.uuid4()),
            amounts=amounts, ttl=Duration(seconds=ttl), locale=locale)
        try:
            answer, attempts = await self.call(self.stub.CheckAndReserve, request, self.deadline)
        except (aio.AioRpcError, asyncio.CancelledError):
            if not reservation_id:  # It may be held all the same. Who gave an id may try again with it.
                self.settle(self.stub.Refund, api.RefundRequest(
                    account_id=account, reservation_id=request.reservation_id))
            raise
        if answer.HasField("denial"):
            raise Denied(answer)
        replayed = answer.replayed and reservation_id and attempts == 1  # Else it is an answer to ourselves.
        if replayed or answer.reservation.state != reservation_pb2.RESERVATION_STATE_OPEN:
            raise Duplicate(answer.reservation)
        return Reservation(self, answer.reservation, request.ttl)

    @asynccontextmanager
    async def hold(self, *what, **more) -> AsyncIterator["Reservation"]:
        """Reserves, keeps the hold alive while the block runs, then commits; refunds if the block raises."""
        async with await self.reserve(*what, **more) as reservation:
            yield reservation

    def settle(self, method, request) -> asyncio.Task:
        def settled(task: asyncio.Task) -> None:
            self._settling.discard(task)
            if not task.cancelled() and (fault := task.exception()):
                log.error("not done: %s of %s: %s", type(request).__name__, request.reservation_id, fault)
        self._settling.add(task := asyncio.create_task(self.call(method, request, SETTLE_FOR)))
        task.add_done_callback(settled)
        return task

    async def close(self) -> None:
        """Waits for commits and refunds under way, no longer than a call may take."""
        if self._settling:
            await asyncio.wait(self._settling, timeout=self.deadline)
        await self._channel.close()


class Reservation:
    """Tokens held for work that runs. Set `actual` to charge other amounts than were held."""
    def __init__(self, guard: TokenGuard, held: reservation_pb2.Reservation, ttl: Duration):
        self._guard, self._ttl, self._settlement, self.actual = guard, ttl, None, None
        self.id, self._ids = held.reservation_id, {"account_id": held.account_id, "reservation_id": held.reservation_id}

    async def commit(self) -> None:
        """Charges. Is waited for no longer than a call may take: then it goes on in the background."""
        actual = None if self.actual is None else reservation_pb2.TokenAmounts(amounts=self.actual)
        await self._settle(self._guard.stub.Commit, api.CommitRequest(**self._ids, actual=actual))

    async def refund(self, reason: str) -> None:
        """Returns what is held; otherwise as commit."""
        await self._settle(self._guard.stub.Refund, api.RefundRequest(**self._ids, reason=reason))

    async def _settle(self, method, request) -> None:
        self._settlement = self._settlement or self._guard.settle(method, request)  # The first one wins.
        await asyncio.wait({self._settlement}, timeout=self._guard.deadline)

    async def _keep_alive(self, stub: TokenGuardServiceStub) -> None:
        while True:
            await asyncio.sleep(self._ttl.seconds / 3)
            try:
                await self._guard.call(stub.Extend, api.ExtendRequest(**self._ids, ttl=self._ttl), self._ttl.seconds)
            except aio.AioRpcError as fault:
                log.warning("%s may not be held any more: %s", self.id, fault.details())

    async def __aenter__(self) -> "Reservation":
        self._beat = asyncio.create_task(self._keep_alive(self._guard.stub))
        return self

    async def __aexit__(self, kind, error, trace) -> None:
        self._beat.cancel()
        if not self._settlement:
            await (self.refund(kind.__name__) if error else self.commit())


def retry_after(fault: aio.AioRpcError) -> float:
    """How many seconds TokenGuard asks to wait (`RetryInfo`); 0 if it does not say."""
    details = (fault.trailing_metadata() or aio.Metadata()).get("grpc-status-details-bin", b"")
    info = error_details_pb2.RetryInfo()
    found = any(detail.Unpack(info) for detail in status_pb2.Status.FromString(details).details)
    return info.retry_delay.ToTimedelta().total_seconds() if found else 0.0
