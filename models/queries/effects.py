"""The outbox of effects in other systems: claimed with a lease and a token, like leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from models.database import ReadSession, Session
from models.ids import new_id
from models.queries.intake import Job, JobKind, stage_job
from models.queries.leads import EPOCH, LeaseLostError
from models.tables.delivery import Effect
from models.tables.intake import Lead

PERSON_LOCK = 7_203_004
"""Of the statements that claim an effect, one at a time for each person."""


class EffectKind(StrEnum):
    """What to do, in which other system."""

    CRM_UPSERT = "crm_upsert"
    CRM_TASK = "crm_task"
    CRM_ACTIVITY = "crm_activity"
    SALES_NOTIFICATION = "sales_notification"


IN_THE_CRM = (EffectKind.CRM_UPSERT, EffectKind.CRM_TASK, EffectKind.CRM_ACTIVITY)
"""Each of them looks for the person and creates who is missing: two at once would create two."""


@dataclass(frozen=True)
class EffectClaim:
    """The right to perform one effect once."""

    id: UUID
    token: int
    lead_id: UUID
    kind: EffectKind
    idempotency_key: str
    payload: Mapping[str, object]
    attempts: int


async def add_effect(
    session: Session, lead_id: UUID, kind: EffectKind, *, key: str, payload: Mapping[str, object]
) -> None:
    """Stage an effect in the transaction that makes it due; the same key is staged once, ever."""
    effect_id = new_id()
    values = {"id": effect_id, "lead_id": lead_id, "kind": kind, "idempotency_key": key, "payload": dict(payload)}
    statement = upsert(Effect).values(**values).on_conflict_do_nothing(index_elements=["idempotency_key"])
    if await session.scalar(statement.returning(Effect.id)) is not None:
        await stage_job(session, JobKind.EFFECT, effect_id)


async def claim_effect(session: Session, effect_id: UUID, *, lease_s: float) -> EffectClaim | None:
    """Take a due effect that nobody holds, in the CRM only while no other one of this person is in hand there."""
    person = func.hashtext(func.encode(Lead.email_index, "hex"))
    locked = select(func.pg_advisory_xact_lock(PERSON_LOCK, person)).join(Effect, Effect.lead_id == Lead.id)
    await session.execute(locked.where(Effect.id == effect_id))
    statement = (
        update(Effect)
        .where(Effect.id == effect_id, Effect.state == "pending", _is_free())
        .where(Effect.lease_until < func.now(), Effect.due_at <= func.now())
        .values(token=Effect.token + 1, lease_until=func.now() + timedelta(seconds=lease_s))
        .returning(Effect)
    )
    row = await session.scalar(statement)
    if row is None:
        return None
    kind = EffectKind(row.kind)
    return EffectClaim(row.id, row.token, row.lead_id, kind, row.idempotency_key, row.payload, row.attempts)


async def finish_effect(session: Session, claimed: EffectClaim, *, external_id: str | None) -> None:
    """Note that it is done there, by which id."""
    await _update(session, claimed, state="done", external_id=external_id, settled_at=func.now())


async def postpone_effect(session: Session, claimed: EffectClaim, *, delay_s: float, error: str) -> None:
    """Try again later; `error` is a code, never a body."""
    due_at = func.now() + timedelta(seconds=delay_s)
    await _update(session, claimed, lease_until=EPOCH, due_at=due_at, attempts=Effect.attempts + 1, error=error)


async def bury_effect(session: Session, claimed: EffectClaim, *, error: str) -> None:
    """Give up: a person must look (dead letter)."""
    await _update(session, claimed, state="dead", error=error, settled_at=func.now())


async def due_effects(session: ReadSession, *, limit: int = 500) -> list[Job]:
    """Return due effects that may be claimed: the sweeper's question."""
    statement = select(Effect.id, Effect.token).where(Effect.state == "pending", Effect.due_at <= func.now())
    statement = statement.where(_is_free(), Effect.lease_until < func.now()).order_by(Effect.due_at).limit(limit)
    return [Job(JobKind.EFFECT, effect_id, token) for effect_id, token in await session.execute(statement)]


async def effects_of(session: ReadSession, lead_id: UUID) -> list[Effect]:
    """Return a lead's effects, oldest first."""
    return list(await session.scalars(select(Effect).where(Effect.lead_id == lead_id).order_by(Effect.id).limit(200)))


async def _update(session: Session, claimed: EffectClaim, **values: object) -> None:
    statement = update(Effect).where(Effect.id == claimed.id, Effect.token == claimed.token).values(**values)
    result = await session.execute(statement)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        message = "another worker has taken this effect"
        raise LeaseLostError(message)


def _is_free() -> ColumnElement[bool]:
    other, owner, others_owner = aliased(Effect), aliased(Lead), aliased(Lead)
    in_hand = (
        select(1)
        .select_from(owner)
        .join(others_owner, others_owner.email_index == owner.email_index)
        .join(other, other.lead_id == others_owner.id)
        .where(owner.id == Effect.lead_id, other.id != Effect.id, other.kind.in_(IN_THE_CRM))
        .where(other.state == "pending", other.lease_until > func.now())
    )
    return or_(Effect.kind.not_in(IN_THE_CRM), ~in_hand.exists())
