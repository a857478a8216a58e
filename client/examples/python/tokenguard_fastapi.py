"""Puts TokenGuard before routes of FastAPI, or of any other ASGI application.

The work is charged when its answer says that it went well (below 400), before the last of the answer is sent; it is
refunded when the answer says otherwise, when it raises, and when it is cancelled because its client has gone.
"""
import asyncio
import json
import math
from collections.abc import Callable, Mapping

from grpc import StatusCode, aio
from starlette.datastructures import Headers

from tokenguard_client import Denied, Duplicate, TokenGuard, retry_after
from tokenguard.v1 import denial_pb2

MENDED_BY_TOKENS = (denial_pb2.DENIAL_REASON_INSUFFICIENT_TOKENS, denial_pb2.DENIAL_REASON_MEMBER_LIMIT_REACHED)
TRY_LATER = (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED, StatusCode.ABORTED, StatusCode.RESOURCE_EXHAUSTED)


class TokenGuardMiddleware:
    def __init__(self, app, guard: TokenGuard, features: Mapping[tuple[str, str], str],
                 account: Callable[[Headers], str | None], ttl: int = 60):
        """`features` has a feature of the catalog for each guarded method and path; `account` says who pays."""
        self.app, self.guard, self.features, self.account, self.ttl = app, guard, features, account, ttl

    async def __call__(self, scope, receive, send):
        feature = self.features.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if feature is None:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        account = self.account(headers)
        if not account:
            return await refuse(send, 401, "UNAUTHENTICATED", "The request does not say who pays.")
        body = await read(receive)  # First: what is half sent holds no tokens.
        if body is None:
            return
        try:
            reservation = await self.guard.reserve(
                account, feature, headers.get("idempotency-key"), ttl=self.ttl, locale=language(headers))
        except Denied as denied:
            return await deny(send, denied)
        except Duplicate as known:
            return await refuse(send, 409, f"RESERVATION_{known.state}", f"The same request again: {known}.")
        except aio.AioRpcError as fault:
            return await fail(send, fault)
        async with reservation:
            await self.work(reservation, scope, body, receive, send)

    async def work(self, reservation, scope, body, receive, send):
        status, answered, gone = 500, False, asyncio.Event()
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def settle_first(message):
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body", False):
                answered = True
                await (reservation.commit() if status < 400 else reservation.refund(f"HTTP {status}"))
            await send(message)

        async def replay():
            if unread:
                return unread.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def cancel_when_gone():
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()
            running.cancel()

        running = asyncio.create_task(self.app(scope, replay, settle_first))
        watching = asyncio.create_task(cancel_when_gone())
        try:
            await running
            if not answered:
                await reservation.refund("no answer")
        except asyncio.CancelledError:
            await reservation.refund("the client has gone")
            if not gone.is_set():
                raise
        finally:
            watching.cancel()


async def read(receive) -> bytes | None:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def language(headers: Headers) -> str:
    return headers.get("accept-language", "").split(",")[0].split(";")[0].strip()


async def deny(send, denied: Denied):
    """402 where tokens, or waiting for them, would help; 403 where they would not."""
    denial = denied.denial
    balance = next((each for each in denied.balances if denial.token_type in ("", each.token_type)), None)
    await refuse(
        send, 402 if denial.reason in MENDED_BY_TOKENS else 403,
        denial_pb2.DenialReason.Name(denial.reason).removeprefix("DENIAL_REASON_"), denial.message,
        tokens_remaining=denial.available if denial.token_type else balance and balance.available,
        original_tokens=balance and balance.granted, consumed_tokens=balance and balance.consumed,
        reset_time=denial.reset_time.ToJsonString() if denial.HasField("reset_time") else None)


async def fail(send, fault: aio.AioRpcError):
    """Fails closed: what cannot be asked for does not run."""
    if fault.code() in TRY_LATER:
        seconds = max(1, math.ceil(retry_after(fault)))
        await refuse(send, 503, "TOKENGUARD_UNAVAILABLE", "Nothing was done. Please try again soon.", seconds)
    elif fault.code() == StatusCode.INVALID_ARGUMENT:
        await refuse(send, 400, "INVALID_ARGUMENT", "The account or the Idempotency-Key is malformed.")
    elif fault.code() == StatusCode.ALREADY_EXISTS:
        await refuse(send, 409, "IDEMPOTENCY_MISMATCH", "The Idempotency-Key was used for something else.")
    else:
        await refuse(send, 500, "INTERNAL", "Spending cannot be checked.")


async def refuse(send, status: int, error_code: str, message: str, retry_after_seconds: int | None = None, *,
                 tokens_remaining=None, original_tokens=None, consumed_tokens=None, reset_time=None):
    body = json.dumps({
        "success": False, "error_code": error_code, "tokens_remaining": tokens_remaining,
        "original_tokens": original_tokens, "consumed_tokens": consumed_tokens, "reset_time": reset_time,
        "message": message}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if retry_after_seconds:
        headers.append((b"retry-after", b"%d" % retry_after_seconds))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
