"""HTTP to other people's services: bounded in time and size, and every failure is one kind of error.

CRM and notification adapters talk through this module, so that a worker can decide on a retry without
knowing whose service failed.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlencode

import httpx

from models.errors import DomainError

MAX_ANSWER_BYTES: Final = 2_000_000
"""No answer that an adapter reads comes near it; a larger one is a fault or an attack."""
TOTAL_TIMEOUT_S: Final = 20.0
CONNECT_TIMEOUT_S: Final = 5.0
MAX_RETRY_AFTER_S: Final = 86_400.0
LOCKED_OUT_WAIT_S: Final = 3600.0
"""Between attempts with a token or key that the service refuses: an operator must mend it, and nothing is lost."""

LOCKED_OUT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_RETRYABLE = LOCKED_OUT | {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_HIGHEST_PORT: Final = 65_535


class TransportError(DomainError):
    """A service outside did not do what it was asked.

    `permanent` says that the same request can never succeed; `retry_after_s` is how long to wait at least, by the
    service's wish or ours; `answered` is the service's HTTP status, None when no answer came.
    The message names the service and the kind of failure, never an address, a body or a secret.
    """

    status = HTTPStatus.BAD_GATEWAY

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after_s: float | None = None,
        answered: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.permanent = permanent
        self.retryable = not permanent
        self.retry_after_s = retry_after_s
        self.answered = answered

    @property
    def reason(self) -> str:
        """Return the message as one word, such as `hubspot_http_503`: what a log line may carry."""
        return re.sub(r"[^a-z0-9]+", "_", self.message.lower()).strip("_")


def http_client(*, connect_s: float = CONNECT_TIMEOUT_S, max_bytes: int = MAX_ANSWER_BYTES) -> httpx.AsyncClient:
    """Return a client that follows no redirect, reads no proxy settings and caps every answer; the caller closes it.

    httpx logs each URL at INFO and some of ours are secrets (Slack's webhook), so that is turned off here.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        transport=_CappedTransport(httpx.AsyncHTTPTransport(trust_env=False), max_bytes),
        timeout=httpx.Timeout(TOTAL_TIMEOUT_S, connect=connect_s),
        headers={"Accept-Encoding": "identity", "User-Agent": "leadkeep"},
        follow_redirects=False,
        trust_env=False,
    )


def json_request(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    service: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> httpx.Request:
    """Build a request with a JSON body (none when `body` is None), in pure ASCII so that no text can fail to encode.

    Raises a permanent TransportError when the address or a header of the settings cannot be written.
    """
    if body is None:
        return _request(client, method, url, service=service, headers=headers or {})
    typed = {"Content-Type": "application/json"} | (headers or {})
    return _request(client, method, url, service=service, headers=typed, content=json.dumps(body).encode())


def form_request(client: httpx.AsyncClient, url: str, *, service: str, form: dict[str, str]) -> httpx.Request:
    """Build a POST of a form; raises a permanent TransportError like `json_request`."""
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    return _request(client, "POST", url, service=service, headers=typed, content=urlencode(form).encode())


async def send(
    client: httpx.AsyncClient, request: httpx.Request, *, service: str, total_s: float = TOTAL_TIMEOUT_S
) -> httpx.Response:
    """Send one request and read its whole answer, whatever its status, within `total_s` seconds.

    Raises TransportError: retryable when no whole answer came, permanent when the request cannot be sent as it is, and
    by its status when the answer was too large or compressed.
    """
    try:
        async with asyncio.timeout(total_s):
            return await client.send(request)
    except TimeoutError:
        msg = f"{service}: no answer within {total_s:g} s"
        raise TransportError(msg, hint="It is tried again by itself.") from None
    except httpx.UnsupportedProtocol:
        raise _unwritable(service) from None
    except httpx.RequestError as error:
        msg = f"{service}: {type(error).__name__}"
        raise TransportError(msg, hint="It is tried again by itself; check the address and the network.") from None
    except TransportError as error:
        msg = f"{service}: {error.message}"
        raise TransportError(msg, permanent=error.permanent, answered=error.answered, hint=error.hint) from None


def refuse_failure(response: httpx.Response, *, service: str, code: str = "") -> None:
    """Raise TransportError unless the status is 2xx; `code` is the service's own short name for the error.

    408, 425, 429 and 5xx are retryable; so are 401 and 403, an hour later, because a revoked token is renewed by an
    operator and must not cost what waits meanwhile. Any other status, redirects included, is permanent.
    """
    if response.is_success:
        return
    if response.status_code in LOCKED_OUT:
        raise locked_out(response, service=service, code=code, hint=_HINTS[response.status_code])
    raise TransportError(
        _named(response, service, code),
        permanent=not is_retryable(response.status_code),
        retry_after_s=retry_after_s(response.headers),
        answered=response.status_code,
        hint=_HINTS.get(response.status_code, ""),
    )


def locked_out(response: httpx.Response, *, service: str, code: str, hint: str) -> TransportError:
    """Return the error of a service that refuses our token, key or rights: retryable, with a long wait."""
    wait_s = max(LOCKED_OUT_WAIT_S, retry_after_s(response.headers) or 0.0)
    message = _named(response, service, code)
    return TransportError(message, retry_after_s=wait_s, answered=response.status_code, hint=hint)


def is_retryable(status: int) -> bool:
    """Tell whether the same request may succeed later (RFC 9110 section 15, RFC 6585)."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _RETRYABLE


def retry_after_s(headers: httpx.Headers) -> float | None:
    """Return the seconds that Retry-After asks for, at most a day; None when absent or unreadable.

    The date form (RFC 9110 section 10.2.3) is read against the answer's own Date, so that no clock is compared.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_S)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def json_object(response: httpx.Response, *, service: str) -> dict[str, object]:
    """Return the answer's body as a JSON object; anything else is a retryable TransportError."""
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return cast("dict[str, object]", body)
    msg = f"{service}: HTTP {response.status_code} without a JSON object"
    raise TransportError(msg, hint="Check that the address is the service's own and not a proxy's page.") from None


def listed(answer: dict[str, object], name: str, *, service: str) -> list[dict[str, Any]]:
    """Return the objects in an answer's list; raises a retryable TransportError when there is no such list.

    An answer without its list must never read as "nobody is known": the person may have opted out.
    """
    items = answer.get(name)
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    msg = f"{service}: an answer without {name}"
    raise TransportError(msg, hint="Check that the address is the service's own and its API version is supported.")


def _request(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    service: str,
    headers: dict[str, str],
    content: bytes | None = None,
) -> httpx.Request:
    try:
        request = client.build_request(method, url, headers=headers, content=content)
    except (httpx.InvalidURL, ValueError):
        raise _unwritable(service) from None
    if (request.url.port or 0) > _HIGHEST_PORT or not all(value.isprintable() for value in headers.values()):
        raise _unwritable(service)
    return request


def _unwritable(service: str) -> TransportError:
    hint = "Check the address and the token in the settings: one of them holds what no HTTP request can carry."
    return TransportError(f"{service}: the request cannot be written", permanent=True, hint=hint)


def _named(response: httpx.Response, service: str, code: str) -> str:
    return f"{service}: HTTP {response.status_code}" + (f" {code}" if code else "")


_HINTS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "Check the token or key in the settings.",
    HTTPStatus.FORBIDDEN: "The token is known but lacks a permission; check its scopes.",
    HTTPStatus.NOT_FOUND: "Check the address and the API version in the settings.",
    HTTPStatus.TOO_MANY_REQUESTS: "The service asked for a pause; it is tried again by itself.",
}


class _CappedTransport(httpx.AsyncBaseTransport):
    """Refuses compressed answers (a small body may inflate without end) and ones above the cap.

    Such an error page says no more than its status: what may be retried still may.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, max_bytes: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        stream = cast("httpx.AsyncByteStream", response.stream)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            await stream.aclose()
            msg = "compressed answer refused"
            raise _unreadable(msg, response.status_code, "The service must honour Accept-Encoding: identity.")
        response.stream = _CappedStream(stream, self._max_bytes, response.status_code)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, max_bytes: int, status: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes
        self._status = status

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._inner:
            read += len(chunk)
            if read > self._max_bytes:
                msg = f"answer larger than {self._max_bytes} bytes"
                raise _unreadable(msg, self._status, "Check that the address is the service's own.")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def _unreadable(message: str, status: int, hint: str) -> TransportError:
    return TransportError(message, permanent=not is_retryable(status), answered=status, hint=hint)
