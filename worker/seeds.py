"""The engine's seeds: fixed by what is drafted, so that a decision can be replayed."""

import hashlib
from uuid import UUID


def seed_of(lead_id: UUID, *parts: int) -> int:
    """Return a 31-bit seed for a lead and, for drafts, its step and version."""
    name = ":".join([str(lead_id), *map(str, parts)])
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1
