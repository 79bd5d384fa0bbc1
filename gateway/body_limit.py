"""No request is read past the limit, in bytes or in time: counted while it arrives, not afterwards."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import TooLargeError, TooSlowError, problem

READ_TIMEOUT_S = 15.0
"""For a whole body, from its first byte: one within the limit arrives in one or two pieces. A limit for each piece
would let a sender of one byte at a time keep its place for ever."""
HINT = "Send less, or ask the operator to raise LEADKEEP_BODY_LIMIT_BYTES."


@dataclass(frozen=True)
class BodyLimit:
    """ASGI middleware: refuses a body that declares or turns out to be larger than `limit_bytes`."""

    app: ASGIApp
    limit_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted `receive`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _declared_bytes(scope) > self.limit_bytes:
            answer = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence, hint=HINT)
            await answer(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), send)

    @property
    def _sentence(self) -> str:
        return f"the body is larger than {self.limit_bytes} bytes"

    def _counted(self, receive: Receive) -> Receive:
        received = 0
        is_whole = False
        deadline_s = asyncio.get_running_loop().time() + READ_TIMEOUT_S

        async def counted() -> Message:
            nonlocal received, is_whole
            message = await receive() if is_whole else await _by(deadline_s, receive)
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
                if received > self.limit_bytes:
                    raise TooLargeError(self._sentence, hint=HINT)
            return message

        return counted


async def _by(deadline_s: float, receive: Receive) -> Message:
    try:
        async with asyncio.timeout_at(deadline_s):
            return await receive()
    except TimeoutError:
        message = "the body did not arrive in time"
        raise TooSlowError(message, hint="Send it again.") from None


def _declared_bytes(scope: Scope) -> int:
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    return int(declared) if declared.isdigit() and len(declared) < 16 else 0
