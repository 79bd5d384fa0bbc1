"""More requests at once than one process can serve are told to come back, instead of all of them becoming slow."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.problems import problem

MAX_AT_ONCE = 200
"""The pool has 15 connections and a webhook holds one for about 5 ms: more would wait longer than a sender does."""
ALWAYS = {"/healthz", "/readyz", "/metrics"}


@dataclass
class RequestLimit:
    """ASGI middleware: answers 503 with Retry-After above the limit; probes always pass."""

    app: ASGIApp
    max_at_once: int = MAX_AT_ONCE
    at_once: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request for as long as it lasts."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self.app(scope, receive, send)
            return
        if self.at_once >= self.max_at_once:
            answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests at once", hint="Send it again shortly.")
            await answer(scope, receive, send)
            return
        self.at_once += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.at_once -= 1
