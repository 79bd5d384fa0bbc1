"""The send slot of a (lead, step): approved bytes in, at most one message out."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.database import ReadSession, Session
from models.errors import ConflictError
from models.ids import new_id
from models.mail import Mail
from models.queries import leads
from models.tables.delivery import Delivery, Outcome, Suppression
from models.tables.intake import Lead

SUPPRESSION_LOCK = 7_203_003
"""Of the transactions that stop an address, one at a time for each: they touch rows of several leads."""


@dataclass(frozen=True)
class Approval:
    """Who approved the bytes: a policy decision or a person's review, exactly one of the two."""

    draft_id: UUID
    decision_id: UUID | None = None
    review_id: UUID | None = None


async def approve_delivery(session: Session, lead: Lead, approval: Approval, mail: Mail, *, sealed: bytes) -> None:
    """Put approved bytes into the slot; replaces an approval whose mail has not left, refuses any other.

    Raises ConflictError when the slot's message was sent or may have been.
    """
    values = {
        "draft_id": approval.draft_id,
        "decision_id": approval.decision_id,
        "review_id": approval.review_id,
        "message_id": mail.message_id,
        "message_sha256": mail.sha256,
        "sealed_message": sealed,
        "state": "pending",
    }
    statement = upsert(Delivery).values(id=new_id(), lead_id=lead.id, step=lead.step, **values)
    statement = statement.on_conflict_do_update(
        index_elements=["lead_id", "step"], set_=values, where=Delivery.state.in_(("pending", "void"))
    )
    if await session.scalar(statement.returning(Delivery.id)) is None:
        message = "a message for this step was sent, or may have been"
        raise ConflictError(message, hint="Look at the delivery in the lead's timeline.")


async def delivery_of(session: ReadSession | Session, lead: Lead) -> Delivery | None:
    """Return the slot of the lead's current step."""
    return await session.scalar(select(Delivery).where(Delivery.lead_id == lead.id, Delivery.step == lead.step))


async def take_slot(session: Session, delivery: Delivery, *, lead_token: int) -> None:
    """Commit, right before SMTP DATA, that from here on the outcome may be unknown.

    The row changes only for the claim that is still in force, for the approved hash, and for an address that is not
    suppressed: all in one statement (R2, R3). Raises ConflictError otherwise.
    """
    owner = select(Lead.email_index).where(Lead.id == delivery.lead_id, Lead.token == lead_token)
    owner = owner.where(~select(1).where(Suppression.email_index == Lead.email_index).exists()).with_for_update()
    if await session.scalar(owner) is None:
        message = "the lead was taken by another worker or suppressed"
        raise ConflictError(message)
    await _change(session, delivery, {"pending"}, state="data", data_at=func.now(), attempts=Delivery.attempts + 1)


async def settle_delivery(session: Session, delivery: Delivery, *, state: str, reply_code: int | None) -> None:
    """Write the mail server's final answer: sent or bounced."""
    await _change(session, delivery, {"pending", "data"}, state=state, settled_at=func.now(), reply_code=reply_code)


async def reopen(session: Session, delivery: Delivery) -> None:
    """Make the slot usable again: the server said clearly that it did not take the message."""
    await _change(session, delivery, {"pending", "data"}, state="pending")


async def close_unknown(session: Session, delivery: Delivery) -> None:
    """Close the slot for good: the message may have been taken. A slot that was closed before stays as it is."""
    closing = update(Delivery).where(Delivery.id == delivery.id, Delivery.state.in_(("pending", "data")))
    closing = closing.values(state=case((Delivery.state == "data", "unknown"), else_="void"), settled_at=func.now())
    await session.execute(closing)


async def void_delivery(session: Session, delivery: Delivery) -> None:
    """Take back an approval before anything left (its rules, facts or address changed)."""
    await _change(session, delivery, {"pending"}, state="void", settled_at=func.now())


async def void_pending(session: Session, email_index: bytes) -> None:
    """Take back every approval of an address whose mail has not left."""
    owned = select(Lead.id).where(Lead.email_index == email_index)
    unsent = update(Delivery).where(Delivery.lead_id.in_(owned), Delivery.state == "pending")
    await session.execute(unsent.values(state="void", settled_at=func.now()))


async def suppress(session: Session, email_index: bytes, *, reason: str, lead_id: UUID | None) -> None:
    """Never write to this address again; the first reason stays. To be called before any row of a lead is touched."""
    address = int.from_bytes(email_index[:4], signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(SUPPRESSION_LOCK, address)))
    values = {"email_index": email_index, "reason": reason, "lead_id": lead_id}
    await session.execute(upsert(Suppression).values(**values).on_conflict_do_nothing())


async def stop_leads(session: Session, email_index: bytes, *, actor: str) -> list[UUID]:
    """Stop every unfinished lead of a suppressed address and take its approvals back; the ids that were stopped."""
    stopped = await leads.suppress_waiting(session, email_index, actor=actor)
    await void_pending(session, email_index)
    return stopped


async def add_outcome(session: Session, lead_id: UUID, kind: str) -> bool:
    """Note what became of a lead's messages, each kind once; tell whether it was news."""
    known = select(1).where(Outcome.lead_id == lead_id, Outcome.kind == kind)
    if await session.scalar(known) is not None:
        return False
    await session.execute(upsert(Outcome).values(id=new_id(), lead_id=lead_id, kind=kind))
    return True


async def _change(session: Session, delivery: Delivery, allowed: set[str], **values: object) -> None:
    statement = (
        update(Delivery)
        .where(
            Delivery.id == delivery.id,
            Delivery.state.in_(allowed),
            Delivery.message_sha256 == delivery.message_sha256,
        )
        .values(**values)
    )
    result = await session.execute(statement)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        message = "this delivery was changed by somebody else"
        raise ConflictError(message)
