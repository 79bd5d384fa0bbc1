"""Ids that sort by time (UUID version 7, RFC 9562)."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a new UUIDv7; entry points pass this on where tests want to choose ids."""
    return uuid_utils.compat.uuid7()
