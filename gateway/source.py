"""The shape of a source: who sent it (`verify`), what it says (`parse`). Nothing else is known of any source."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.parsed import Delivery
from models.tables.intake import Connection

FindConnection = Callable[[bytes], Awaitable[Connection | None]]
"""Finds a connection by the SHA-256 of its token."""


class Verify(Protocol):
    """Return the connection that the raw bytes come from; raises UnauthenticatedError."""

    async def __call__(self, headers: Mapping[str, str], raw: bytes, find: FindConnection) -> Connection:
        """Check the source's proof on the raw bytes."""
        ...


@dataclass(frozen=True)
class Source:
    """One kind of sender; `parse` raises WrongTypeError and MalformedInputError."""

    name: str
    verify: Verify
    parse: Callable[[Mapping[str, str], bytes], Delivery]
