"""Who sent it: the bearer token of a connection (RFC 6750), shown once when the connection was made."""

import hmac
from collections.abc import Mapping
from typing import Final

from gateway.source import FindConnection
from models.errors import UnauthenticatedError
from models.sealing import token_sha256
from models.tables.intake import Connection

SOURCE: Final = "web-form"
HINT: Final = "Send the header `Authorization: Bearer TOKEN`; `leadkeep connections add` makes a token."


async def verify(headers: Mapping[str, str], raw: bytes, find: FindConnection) -> Connection:  # noqa: ARG001
    """Return the connection whose token the request carries; raises UnauthenticatedError.

    Found by the token's hash and compared again in constant time, so that timing tells nothing about tokens.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    digest = token_sha256(token.strip())
    connection = await find(digest) if scheme.lower() == "bearer" and token.isascii() else None
    if connection is None or not hmac.compare_digest(connection.token_sha256, digest) or connection.source != SOURCE:
        message = "the token is missing or not known"
        raise UnauthenticatedError(message, hint=HINT)
    return connection
