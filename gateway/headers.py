"""What every answer carries, and which host names are ours.

OWASP ASVS 5.0: 3.4.1 HSTS, 3.4.3 CSP, 3.4.4 nosniff, 3.4.5 referrer, 3.4.6 frames, 14.3.2 no caching.
"""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import problem

HEADERS = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
ANY_HOST = {"/healthz", "/readyz", "/metrics"}
"""Asked by machines inside, under whatever name they know us."""


@dataclass(frozen=True)
class SecurityHeaders:
    """ASGI middleware: refuses foreign host names, adds the headers that an answer does not set itself."""

    app: ASGIApp
    public_url: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers().items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["path"] in ANY_HOST or self._is_ours(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, complete)
        else:
            hint = "The operator sets LEADKEEP_PUBLIC_URL to the address that people use."
            refusal = problem(HTTPStatus.BAD_REQUEST, "this host name is not ours", hint=hint)
            await refusal(scope, receive, complete)

    def _headers(self) -> dict[str, str]:
        is_https = self.public_url.startswith("https://")
        return HEADERS | ({"strict-transport-security": HSTS} if is_https else {})

    def _is_ours(self, host: str) -> bool:
        """Compare names, not ports; a box that is reached on loopback may be called by any loopback name."""
        name = _name(host)
        ours = _name(urlsplit(self.public_url).netloc)
        return name == ours or name in LOOPBACK_NAMES


def _name(netloc: str) -> str:
    name, colon, port = netloc.rpartition(":")
    return (name if colon and port.isdigit() else netloc).lower()
