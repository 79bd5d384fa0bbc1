"""Storing what arrives: connections, inbound events, leads, consents, staged jobs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.database import ReadSession, Session
from models.ids import new_id
from models.tables.intake import Connection, Consent, DataKeyRow, InboundEvent, Lead, StagedJob


class JobKind(StrEnum):
    """What a staged job is about; with the subject's id it is the whole payload."""

    LEAD = "lead"
    EFFECT = "effect"


@dataclass(frozen=True)
class Job:
    """A subject to work on; `token` is its fencing token when the work became due (see `worker.queue.job_id`)."""

    kind: JobKind
    subject_id: UUID
    token: int = 0


@dataclass(frozen=True)
class NewEvent:
    """An inbound event as the gateway sealed it."""

    connection_id: UUID
    source: str
    external_id: str
    body_sha256: bytes
    content_type: str
    wrapped_key: bytes
    sealed_body: bytes
    refused_because: str = ""


@dataclass(frozen=True)
class StoredEvent:
    """The row that now stands for a delivery; `is_new` is False when it had been delivered before."""

    id: UUID
    data_key_id: UUID
    is_new: bool
    body_sha256: bytes
    refused_because: str
    lead_id: UUID | None = None


@dataclass(frozen=True)
class NewLead:
    """A lead as the gateway sealed it."""

    campaign: str
    source: str
    language: str
    sealed_details: bytes
    email_index: bytes


async def connection_by_token(session: ReadSession, token_sha256: bytes) -> Connection | None:
    """Return the connection that this token (hashed) belongs to."""
    return await session.scalar(select(Connection).where(Connection.token_sha256 == token_sha256))


async def connection_by_name(session: ReadSession, name: str) -> Connection | None:
    """Return the connection of this name."""
    return await session.scalar(select(Connection).where(Connection.name == name))


async def connections(session: ReadSession) -> list[Connection]:
    """Return all connections, oldest first (a box has a handful)."""
    return list(await session.scalars(select(Connection).order_by(Connection.id).limit(1000)))


async def add_connection(session: Session, *, source: str, name: str, campaign: str, token_sha256: bytes) -> bool:
    """Add a connection, or give the one of this name a new token; tell whether it is new."""
    row = {"id": new_id(), "source": source, "name": name, "campaign": campaign, "token_sha256": token_sha256}
    replaced = {"token_sha256": token_sha256, "campaign": campaign}
    statement = upsert(Connection).values(**row).on_conflict_do_update(index_elements=["name"], set_=replaced)
    stored = await session.scalar(statement.returning(Connection.id))
    return stored == row["id"]


async def set_paused(session: Session, name: str, *, paused: bool) -> UUID | None:
    """Pause a connection or let it go on; its id, None when there is none of this name."""
    paused_at = func.now() if paused else None
    statement = update(Connection).where(Connection.name == name).values(paused_at=paused_at)
    return await session.scalar(statement.returning(Connection.id))


async def store_event(session: Session, event: NewEvent) -> StoredEvent:
    """Store an event once; a second delivery of the same external id finds the first one's row."""
    key_id = new_id()
    await session.execute(insert(DataKeyRow).values(id=key_id, wrapped=event.wrapped_key))
    values = {
        "id": new_id(),
        "connection_id": event.connection_id,
        "source": event.source,
        "external_id": event.external_id,
        "body_sha256": event.body_sha256,
        "content_type": event.content_type,
        "data_key_id": key_id,
        "sealed_body": event.sealed_body,
        "state": "refused" if event.refused_because else "accepted",
        "reason": event.refused_because,
    }
    statement = upsert(InboundEvent).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=["connection_id", "external_id"])
    stored_id = await session.scalar(statement.returning(InboundEvent.id))
    if stored_id is not None:
        return StoredEvent(stored_id, key_id, True, event.body_sha256, event.refused_because)
    await session.execute(delete(DataKeyRow).where(DataKeyRow.id == key_id))
    return await _existing_event(session, event)


async def _existing_event(session: Session, event: NewEvent) -> StoredEvent:
    found = select(InboundEvent, Lead.id).outerjoin(Lead, Lead.inbound_event_id == InboundEvent.id)
    found = found.where(
        InboundEvent.connection_id == event.connection_id, InboundEvent.external_id == event.external_id
    )
    row, lead_id = (await session.execute(found)).one()
    return StoredEvent(row.id, row.data_key_id, False, row.body_sha256, row.reason, lead_id)


async def insert_lead(session: Session, event: StoredEvent, lead: NewLead) -> UUID:
    """Insert the lead of a new event and stage its first job."""
    lead_id = new_id()
    values = {"id": lead_id, "inbound_event_id": event.id, "data_key_id": event.data_key_id}
    await session.execute(
        insert(Lead).values(
            **values,
            campaign=lead.campaign,
            source=lead.source,
            language=lead.language,
            sealed_details=lead.sealed_details,
            email_index=lead.email_index,
        )
    )
    await stage_job(session, JobKind.LEAD, lead_id)
    return lead_id


async def insert_consent(
    session: Session, lead_id: UUID, *, sealed_text: bytes, given_at: datetime | None, source: str
) -> None:
    """Record the lawful basis that came with a lead."""
    await session.execute(
        insert(Consent).values(lead_id=lead_id, sealed_text=sealed_text, given_at=given_at, source=source)
    )


async def stage_job(session: Session, kind: JobKind, subject_id: UUID, token: int = 0) -> None:
    """Commit, together with what made it necessary, that this subject must be worked on."""
    await session.execute(insert(StagedJob).values(kind=kind, subject_id=subject_id, token=token))


async def take_staged_jobs(session: Session, *, limit: int = 500) -> list[Job]:
    """Remove and return staged jobs, oldest first; rows that another relay holds are skipped.

    The caller queues them after its commit. Losing them between the two costs a second: the sweeper finds the work.
    """
    oldest = select(StagedJob.id).order_by(StagedJob.id).limit(limit).with_for_update(skip_locked=True)
    statement = delete(StagedJob).where(StagedJob.id.in_(oldest.scalar_subquery()))
    rows = await session.execute(statement.returning(StagedJob.kind, StagedJob.subject_id, StagedJob.token))
    return [Job(JobKind(kind), subject_id, token) for kind, subject_id, token in rows]
