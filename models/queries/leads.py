"""A lead's lease, fencing token and state: the only statements that move a lead.

The database's clock decides leases; every write after a claim carries the claim's token and must change one row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, insert, select, text, update

from models.database import ReadSession, Session
from models.errors import ConflictError, NotFoundError
from models.queries.intake import Job, JobKind, stage_job
from models.states import ACTIVE, STAGE_OF, LeadState, Stage
from models.tables.audit import AuditEntry
from models.tables.intake import DataKeyRow, Lead

EPOCH = text("'epoch'::timestamptz")
WORKABLE = tuple(sorted(ACTIVE | {LeadState.ENROLLED}))
"""States from which a worker may claim: the active ones, and an enrolled lead whose drip step is due."""


@dataclass(frozen=True)
class Claim:
    """The right to move one lead once; void as soon as anybody claims it again."""

    lead_id: UUID
    token: int
    state: LeadState
    attempts: int
    age_s: float
    """Seconds since the lead entered this state."""

    @property
    def stage(self) -> Stage | None:
        """The stage to run; None for an enrolled lead whose drip step is due."""
        return STAGE_OF.get(self.state)


class LeaseLostError(ConflictError):
    """Another worker claimed the lead meanwhile: drop the work, write nothing."""


async def claim(session: Session, lead_id: UUID, *, lease_s: float) -> Claim | None:
    """Take a due lead whose lease has run out; None when somebody else has it or nothing is due."""
    statement = (
        update(Lead)
        .where(Lead.id == lead_id, Lead.state.in_(WORKABLE), Lead.lease_until < func.now(), Lead.due_at <= func.now())
        .values(token=Lead.token + 1, lease_until=func.now() + timedelta(seconds=lease_s))
        .returning(Lead.token, Lead.state, Lead.attempts, func.extract("epoch", func.now() - Lead.state_since))
    )
    row = (await session.execute(statement)).one_or_none()
    return row and Claim(lead_id, row[0], LeadState(row[1]), row[2], float(row[3]))


async def renew(session: Session, claimed: Claim, *, lease_s: float) -> bool:
    """Extend the lease of work in hand; False when our own work has given it back, raises LeaseLostError otherwise.

    A renewal may wait for the very transaction that settles the work: a lease given back there stays given back.
    """
    statement = (
        update(Lead)
        .where(Lead.id == claimed.lead_id, Lead.token == claimed.token)
        .values(lease_until=case((Lead.lease_until == EPOCH, EPOCH), else_=func.now() + timedelta(seconds=lease_s)))
        .returning(Lead.lease_until > EPOCH)
    )
    is_held = await session.scalar(statement)
    if is_held is None:
        raise _lost()
    return bool(is_held)


async def move(
    session: Session,
    claimed: Claim,
    target: LeadState,
    *,
    due_in: timedelta | None = None,
    actor: str = "worker",
    reason: str = "",
) -> None:
    """Settle a stage: move the lead, give the lease back and write the audit entry, all in the caller's transaction.

    An active target is due at once; a resting one only when `due_in` says so. Raises LeaseLostError.
    """
    due = due_in if due_in is not None else timedelta(0) if target in ACTIVE else None
    await _update_claimed(
        session,
        claimed,
        state=target,
        state_since=func.now(),
        lease_until=EPOCH,
        due_at=None if due is None else func.now() + due,
        attempts=0,
    )
    details = {"from": claimed.state, "to": target, "reason": reason, "waited_s": round(claimed.age_s, 3)}
    await audit(session, actor=actor, action="lead.moved", lead_id=claimed.lead_id, details=details)


async def postpone(session: Session, claimed: Claim, *, delay_s: float) -> None:
    """Give a lead back after a failed attempt, due again after a while. Raises LeaseLostError."""
    due_at = func.now() + timedelta(seconds=delay_s)
    await _update_claimed(session, claimed, lease_until=EPOCH, due_at=due_at, attempts=Lead.attempts + 1)


async def release(session: Session, claimed: Claim) -> None:
    """Give a lead back at once, unfinished (a worker is told to stop); nothing happens if it is no longer ours."""
    held = update(Lead).where(Lead.id == claimed.lead_id, Lead.token == claimed.token)
    await session.execute(held.values(lease_until=EPOCH))


async def rest(session: Session, claimed: Claim) -> None:
    """Give a lead back where it is, with nothing due any more."""
    await _update_claimed(session, claimed, lease_until=EPOCH, due_at=None)


async def set_step(session: Session, claimed: Claim, *, step: int, segment: str | None) -> None:
    """Note which message of which drip segment the lead is at."""
    await _update_claimed(session, claimed, step=step, segment=segment)


async def move_by_person(
    session: Session, lead_id: UUID, *, expected: LeadState, target: LeadState, actor: str, reason: str = ""
) -> None:
    """Move a lead that waits for a person and stage its next job.

    Raises ConflictError when it is no longer in the expected state.
    """
    statement = (
        update(Lead)
        .where(Lead.id == lead_id, Lead.state == expected)
        .values(
            state=target,
            state_since=func.now(),
            token=Lead.token + 1,
            lease_until=EPOCH,
            due_at=func.now() if target in ACTIVE else None,
            attempts=0,
        )
    )
    token = await session.scalar(statement.returning(Lead.token))
    if token is None:
        message = "this lead has moved on since the page was loaded"
        raise ConflictError(message, hint="Reload the page to see where it is now.")
    if target in ACTIVE:
        await stage_job(session, JobKind.LEAD, lead_id, token)
    details = {"from": expected, "to": target, "reason": reason}
    await audit(session, actor=actor, action="lead.moved", lead_id=lead_id, details=details)


async def suppress_waiting(session: Session, email_index: bytes, *, actor: str) -> list[UUID]:
    """Stop every unfinished or enrolled lead of an address; the ids that were stopped."""
    stoppable = (*WORKABLE, LeadState.IN_REVIEW)
    statement = (
        update(Lead)
        .where(Lead.email_index == email_index, Lead.state.in_(stoppable))
        .values(
            state=LeadState.SUPPRESSED,
            state_since=func.now(),
            token=Lead.token + 1,
            lease_until=EPOCH,
            due_at=None,
        )
        .returning(Lead.id)
    )
    stopped = list(await session.scalars(statement))
    for lead_id in stopped:
        await audit(session, actor=actor, action="lead.moved", lead_id=lead_id, details={"to": LeadState.SUPPRESSED})
    return stopped


async def due_leads(session: ReadSession, *, states: Collection[LeadState] = WORKABLE, limit: int = 500) -> list[Job]:
    """Return the leads that are due and that nobody holds, longest waiting first: the sweeper's question."""
    statement = (
        select(Lead.id, Lead.token)
        .where(Lead.due_at <= func.now(), Lead.lease_until < func.now(), Lead.state.in_(states))
        .order_by(Lead.due_at)
        .limit(limit)
    )
    return [Job(JobKind.LEAD, lead_id, token) for lead_id, token in await session.execute(statement)]


async def lead(session: ReadSession | Session, lead_id: UUID) -> Lead:
    """Return a lead; raises NotFoundError."""
    row = await session.get(Lead, lead_id)
    if row is None:
        message = "there is no lead by this id"
        raise NotFoundError(message)
    return row


async def wrapped_key(session: ReadSession | Session, data_key_id: UUID) -> bytes | None:
    """Return a wrapped data key, None when it was destroyed."""
    return await session.scalar(select(DataKeyRow.wrapped).where(DataKeyRow.id == data_key_id))


async def audit(
    session: Session,
    *,
    actor: str,
    action: str,
    lead_id: UUID | None = None,
    subject_id: UUID | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write an audit entry in the transaction that makes it true; ids, states and numbers only."""
    values = {"actor": actor, "action": action, "lead_id": lead_id, "subject_id": subject_id}
    await session.execute(insert(AuditEntry).values(**values, details=dict(details or {})))


async def _update_claimed(session: Session, claimed: Claim, **values: object) -> None:
    statement = update(Lead).where(Lead.id == claimed.lead_id, Lead.token == claimed.token).values(**values)
    result = await session.execute(statement)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise _lost()


def _lost() -> LeaseLostError:
    return LeaseLostError("another worker has taken this lead")
