"""A Salesforce session: JWT bearer token, one renewal when it has expired, errors in Salesforce's own names."""

import asyncio
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import httpx
import jwt

from models.clock import Clock
from worker.transport import (
    TransportError,
    form_request,
    json_object,
    json_request,
    locked_out,
    refuse_failure,
    send,
)

_GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LIFE_S: Final = 120
"""Salesforce refuses an assertion that lives longer than three minutes; its clock may be a little behind ours."""
_ERROR_CODE = re.compile(r"[A-Za-z_]{1,60}")
_RETRYABLE_CODES = frozenset(
    {
        "REQUEST_LIMIT_EXCEEDED",
        "UNABLE_TO_LOCK_ROW",
        "QUERY_TIMEOUT",
        "SERVER_UNAVAILABLE",
        "CONCURRENT_REQUESTS_LIMIT_EXCEEDED",
    }
)
_LOCKED_OUT_HINTS: Final = {
    "invalid_grant": "Check the certificate, the user and that an administrator pre-approved the connected app.",
    "invalid_client_id": "Check the connected app's consumer key.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "The integration user lacks the right to change this record.",
}
"""Codes, most of them with status 400, of an app, a user or a key that is not let in until an operator mends it."""
_HINTS: Final = {
    "INVALID_FIELD": "The integration user cannot see a field that is needed; check field-level security.",
    "DUPLICATES_DETECTED": "A duplicate rule refused the lead; merge the records or allow duplicates in the settings.",
}


@dataclass(frozen=True, slots=True)
class SalesforceAccount:
    """Where and as whom to call: a connected app with a certificate and a pre-approved integration user.

    `login_url` issues tokens and is the assertion's audience unless `audience` says otherwise (a My Domain address
    issues tokens for the audience https://login.salesforce.com). `instance_url` is the My Domain address that serves
    the API: a token for any other instance is refused, so that data goes only where the operator said.
    """

    instance_url: str
    client_id: str
    username: str
    private_key_pem: str = field(repr=False)
    login_url: str = "https://login.salesforce.com"
    audience: str = ""
    api_version: str = "v62.0"
    owner_id: str = ""
    """The user who gets tasks that name no owner; empty means the integration user."""
    external_id_field: str = ""
    """A unique external id field on Lead, by which a repeated creation is recognised; empty means none."""
    allow_duplicates: bool = False
    """Create the lead even where a duplicate rule would refuse it."""
    task_status: str = "Not Started"
    task_done_status: str = "Completed"
    """Values of the org's own picklist."""

    @property
    def data_path(self) -> str:
        """Return the path below which the REST API lives."""
        return f"/services/data/{self.api_version}"


class SalesforceSession:
    """Authenticated calls to one instance; safe for concurrent use."""

    name = "salesforce"

    def __init__(self, account: SalesforceAccount, client: httpx.AsyncClient, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._clock = clock
        self._token = ""
        self._renewing = asyncio.Lock()

    async def call(
        self, method: str, path: str, *, body: object = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send one request below the instance's address and return its answer, whatever the status but a stale token.

        A 401 INVALID_SESSION_ID is answered with a new token and one repetition.
        """
        token = await self._token_other_than("")
        response = await self._send(method, path, token, body, headers)
        if response.status_code != HTTPStatus.UNAUTHORIZED or error_code(response) != "INVALID_SESSION_ID":
            return response
        token = await self._token_other_than(token)
        return await self._send(method, path, token, body, headers)

    async def _send(
        self, method: str, path: str, token: str, body: object, headers: dict[str, str] | None
    ) -> httpx.Response:
        url = self._account.instance_url.rstrip("/") + path
        authorised = {"Authorization": f"Bearer {token}"} | (headers or {})
        request = json_request(self._client, method, url, service=self.name, body=body, headers=authorised)
        return await send(self._client, request, service=self.name)

    async def _token_other_than(self, stale: str) -> str:
        """Return the session's token; fetch one when there is none or it is the stale one."""
        async with self._renewing:
            if self._token in ("", stale):
                self._token = await self._fetch_token()
            return self._token

    async def _fetch_token(self) -> str:
        form = {"grant_type": _GRANT_TYPE, "assertion": self._assertion()}
        url = f"{self._account.login_url.rstrip('/')}/services/oauth2/token"
        request = form_request(self._client, url, service=self.name, form=form)
        response = await send(self._client, request, service=self.name)
        refuse(response)
        answer = json_object(response, service=self.name)
        if str(answer.get("instance_url")).rstrip("/") != self._account.instance_url.rstrip("/"):
            msg = "salesforce: the token is for another instance"
            raise TransportError(msg, permanent=True, hint="Set the instance address to the org's My Domain address.")
        return str(answer.get("access_token", ""))

    def _assertion(self) -> str:
        claims = {
            "iss": self._account.client_id,
            "sub": self._account.username,
            "aud": self._account.audience or self._account.login_url.rstrip("/"),
            "exp": int(self._clock().timestamp()) + _ASSERTION_LIFE_S,
        }
        try:
            return jwt.encode(claims, self._account.private_key_pem, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            msg = "salesforce: the private key cannot be read"
            hint = "Give the connected app's RSA key in PEM form, without a passphrase."
            raise TransportError(msg, permanent=True, hint=hint) from None


def refuse(response: httpx.Response) -> None:
    """Raise TransportError, with Salesforce's own error code, unless the status is 2xx.

    Its message may quote a field's value and is left out.
    """
    code = error_code(response)
    if code in _RETRYABLE_CODES:
        msg = f"salesforce: HTTP {response.status_code} {code}"
        raise TransportError(msg, hint="It is tried again by itself.")
    if code in _LOCKED_OUT_HINTS:
        raise locked_out(response, service="salesforce", code=code, hint=_LOCKED_OUT_HINTS[code])
    if code in _HINTS:
        msg = f"salesforce: HTTP {response.status_code} {code}"
        raise TransportError(msg, permanent=True, hint=_HINTS[code])
    refuse_failure(response, service="salesforce", code=code)


def error_code(response: httpx.Response) -> str:
    """Return the code of `[{"errorCode": …}]` (API) or `{"error": …}` (token endpoint), empty when there is none."""
    if response.is_success:
        return ""
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        return ""
    match body:
        case [{"errorCode": str(code)}, *_] | {"error": str(code)}:
            return code if _ERROR_CODE.fullmatch(code) else ""
        case _:
            return ""
