"""Chaining the audit by hash, after the fact, so that settling a lead never queues behind one lock.

Each entry's hash covers its content and the hash before it: removing or changing one breaks every later one.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from models.database import ReadSession, Session
from models.tables.audit import AuditEntry

CHAIN_LOCK = 7_203_002
LINK = (
    update(AuditEntry)
    .where(AuditEntry.id == bindparam("entry"))
    .values(chain_number=bindparam("number"), chain_sha256=bindparam("digest"))
)
GENESIS = hashlib.sha256(b"leadkeep audit chain").digest()


@dataclass(frozen=True)
class ChainReport:
    """How far the chain holds: `broken_at` is the first entry id that does not fit, None when all fit."""

    entries: int
    unchained: int
    broken_at: int | None


async def chain(session: Session, *, limit: int = 500) -> int:
    """Chain entries that are committed and not yet chained; 0 when another process is at it or nothing is new.

    In one round trip, since the sweeper waits for it; what is over the limit waits for the next turn.
    """
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(CHAIN_LOCK))):
        return 0
    number, digest = await _tip(session)
    fresh = select(AuditEntry).where(AuditEntry.chain_number.is_(None)).order_by(AuditEntry.id).limit(limit)
    links = []
    for row in await session.scalars(fresh):
        number, digest = number + 1, entry_sha256(row, digest)
        links.append({"entry": row.id, "number": number, "digest": digest})
    if links:
        await (await session.connection()).execute(LINK, links)
    return len(links)


async def verify(session: ReadSession) -> ChainReport:
    """Walk the whole chain and tell whether every hash fits."""
    digest, count = GENESIS, 0
    unchained = await session.scalar(select(func.count()).where(AuditEntry.chain_number.is_(None))) or 0
    rows = await session.stream_scalars(
        select(AuditEntry).where(AuditEntry.chain_number.is_not(None)).order_by(AuditEntry.chain_number)
    )
    async for row in rows:
        count += 1
        digest = entry_sha256(row, digest)
        if row.chain_number != count or row.chain_sha256 != digest:
            return ChainReport(count, unchained, row.id)
    return ChainReport(count, unchained, None)


async def count_of(session: ReadSession, lead_id: UUID, action: str, *, since: datetime) -> int:
    """Return how many entries of one kind a lead has since a moment."""
    entries = select(func.count()).where(AuditEntry.lead_id == lead_id, AuditEntry.action == action)
    return await session.scalar(entries.where(AuditEntry.created_at >= since)) or 0


def entry_sha256(row: AuditEntry, previous: bytes) -> bytes:
    """Return the hash of an entry in the chain: SHA-256 over the hash before it and its canonical JSON."""
    content = [row.id, row.created_at.isoformat(), row.actor, row.action, row.details]
    content += [row.lead_id and str(row.lead_id), row.subject_id and str(row.subject_id)]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + canonical.encode()).digest()


async def _tip(session: Session) -> tuple[int, bytes]:
    newest = select(AuditEntry.chain_number, AuditEntry.chain_sha256).where(AuditEntry.chain_number.is_not(None))
    row = (await session.execute(newest.order_by(AuditEntry.chain_number.desc()).limit(1))).one_or_none()
    return (0, GENESIS) if row is None else (row[0] or 0, row[1] or GENESIS)
