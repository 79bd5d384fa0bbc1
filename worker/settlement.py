"""Settling a mail: what the server answered becomes rows, in one transaction with the lead's move.

The answer is known in this process's memory only. So a database that is away is waited for, and when the lead was
taken away meanwhile (somebody unsubscribed, a lease ran out) the delivery is settled alone. The lead's row is written
before the delivery's, in the order of the send slot, so that no two transactions wait for each other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import structlog

from models.database import Session
from models.errors import ConflictError, UnavailableError
from models.queries import deliveries, effects, journey, leads
from models.queries.effects import EffectKind
from models.queries.journey import Author
from models.queries.leads import Claim, LeaseLostError
from models.states import LeadState
from models.tables.delivery import Delivery
from models.tables.intake import Lead
from models.tables.journey import Draft, VerdictRow
from worker.dossier import Dossier
from worker.drip import rest_before, step_after
from worker.failure import MAX_SEND_ATTEMPTS, backoff_s
from worker.metrics import ANSWER_SECONDS
from worker.parts import Parts
from worker.smtp import Accepted, Refused, RetryLater, SmtpReply, Unknown

log = structlog.get_logger(__name__)

ACCEPTED = 250
PAUSE_S = 0.5


@dataclass(frozen=True)
class Parcel:
    """A delivery with all that it depends on, read at one moment."""

    dossier: Dossier
    delivery: Delivery
    draft: Draft | None
    verdict: VerdictRow | None
    suppressed: bool

    @property
    def message(self) -> bytes:
        """The approved bytes."""
        return self.dossier.opened.key.open(self.delivery.sealed_message, "message")

    @property
    def lead(self) -> Lead:
        """The lead's row as it was read."""
        return self.dossier.opened.row


async def settle(parts: Parts, claimed: Claim, parcel: Parcel, reply: SmtpReply, *, handed_over: bool) -> None:
    """Write what the server answered; `handed_over` says that the send slot was taken, so that a mail may have left.

    Raises LeaseLostError when the lead is no longer this worker's, and UnavailableError when the database stays away.
    """
    try:
        await _patiently(parts, parcel, reply, partial(_settle_with_lead, parts, claimed, parcel, reply))
    except LeaseLostError:
        if handed_over:
            await _patiently(parts, parcel, reply, partial(_settle_alone, parts, parcel, reply))
        raise


async def sent(parts: Parts, claimed: Claim, parcel: Parcel) -> None:
    """Note that the mail has left, move the lead on, and stage what other systems should hear."""
    row = parcel.lead
    following = step_after(parcel.dossier.campaign, row) if row.step else None
    target = LeadState.ENROLLED if following else LeadState.SENT
    async with parts.database.begin() as session:
        await leads.move(session, claimed, target, due_in=rest_before(following) if following else None)
        if parcel.delivery.state != "sent":
            await deliveries.settle_delivery(session, parcel.delivery, state="sent", reply_code=ACCEPTED)
        await _stage_effects(session, parts, parcel)
    if row.step == 0:
        ANSWER_SECONDS.observe((parts.clock() - row.received_at).total_seconds())


async def quarantine(parts: Parts, claimed: Claim, parcel: Parcel, *, reason: str) -> None:
    """Stop for a person; a slot that was taken is unknown for good."""
    log.error("delivery.quarantined", lead_id=str(claimed.lead_id), reason=reason)
    async with parts.database.begin() as session:
        await _quarantine(session, claimed, reason=reason)
        await deliveries.close_unknown(session, parcel.delivery)


async def take_back(parts: Parts, claimed: Claim, parcel: Parcel, *, target: LeadState, reason: str) -> None:
    """Void an approval before anything has left."""
    async with parts.database.begin() as session:
        await leads.move(session, claimed, target, reason=reason)
        await deliveries.void_delivery(session, parcel.delivery)


async def _patiently(parts: Parts, parcel: Parcel, reply: SmtpReply, write: Callable[[], Awaitable[None]]) -> None:
    """Repeat a transaction while the database is away, for as long as nobody else can have claimed the lead."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + parts.lease_s
    for attempt in count():
        try:
            if attempt and await _is_settled(parts, parcel, reply):
                return  # the commit had succeeded, only its answer was lost
            await write()
        except UnavailableError:
            log.warning("delivery.unsettled", lead_id=str(parcel.lead.id), reason="database_down", attempt=attempt)
            if loop.time() >= deadline:
                raise
            await asyncio.sleep(PAUSE_S)
        else:
            return


async def _is_settled(parts: Parts, parcel: Parcel, reply: SmtpReply) -> bool:
    async with parts.database.read() as session:
        delivery = await deliveries.delivery_of(session, parcel.lead)
    state, _ = _final(reply)
    return delivery is not None and delivery.state == state != "pending"


async def _settle_with_lead(parts: Parts, claimed: Claim, parcel: Parcel, reply: SmtpReply) -> None:
    match reply:
        case Accepted():
            await sent(parts, claimed, parcel)
        case Refused(code=code, at_recipient=True):
            await _bounced(parts, claimed, parcel, code=code)
        case Refused(code=code):
            await _refused(parts, claimed, parcel, code=code)
        case RetryLater(reason=reason):
            await _later(parts, claimed, parcel, reason=reason)
        case Unknown():
            await quarantine(parts, claimed, parcel, reason="send_unknown")


async def _bounced(parts: Parts, claimed: Claim, parcel: Parcel, *, code: int) -> None:
    row = parcel.lead
    async with parts.database.begin() as session:
        await deliveries.suppress(session, row.email_index, reason="bounced", lead_id=row.id)
        await leads.move(session, claimed, LeadState.SUPPRESSED, reason="bounced")
        await deliveries.settle_delivery(session, parcel.delivery, state="bounced", reply_code=code)
        await deliveries.add_outcome(session, row.id, "bounced")
        await deliveries.stop_leads(session, row.email_index, actor="worker")


async def _refused(parts: Parts, claimed: Claim, parcel: Parcel, *, code: int) -> None:
    # The server will not take this message or sender; the address is not at fault, so a person must look.
    async with parts.database.begin() as session:
        await _quarantine(session, claimed, reason="send_refused")
        await deliveries.settle_delivery(session, parcel.delivery, state="bounced", reply_code=code)


async def _later(parts: Parts, claimed: Claim, parcel: Parcel, *, reason: str) -> None:
    gives_up = claimed.attempts >= MAX_SEND_ATTEMPTS
    async with parts.database.begin() as session:
        if gives_up:
            await _quarantine(session, claimed, reason="send_never_taken")
        else:
            await leads.postpone(session, claimed, delay_s=backoff_s(claimed.attempts, longest_s=1800))
        await deliveries.reopen(session, parcel.delivery)
        if gives_up:
            await deliveries.void_delivery(session, parcel.delivery)
    log.warning("delivery.postponed", lead_id=str(claimed.lead_id), reason=reason, attempt=claimed.attempts)


async def _quarantine(session: Session, claimed: Claim, *, reason: str) -> None:
    await leads.move(session, claimed, LeadState.QUARANTINED, reason=reason)
    await journey.insert_quarantine(session, claimed.lead_id, reason=reason)


async def _settle_alone(parts: Parts, parcel: Parcel, reply: SmtpReply) -> None:
    """Keep what is known of a mail whose lead somebody else has moved; the lead stays where it is."""
    state, code = _final(reply)
    details: dict[str, object] = {"state": state, "reply_code": code}
    async with parts.database.begin() as session:
        try:
            await _close(session, parcel, state=state, code=code)
        except ConflictError:
            details["closed_before"] = True  # its successor could not know and closed the slot as unknown
        await leads.audit(
            session,
            actor="worker",
            action="delivery.settled",
            lead_id=parcel.lead.id,
            subject_id=parcel.delivery.id,
            details=details,
        )
    log.warning("delivery.settled_alone", lead_id=str(parcel.lead.id), state=state, status_code=code)


def _final(reply: SmtpReply) -> tuple[str, int | None]:
    match reply:
        case Accepted():
            return "sent", ACCEPTED
        case Refused(code=code):
            return "bounced", code
        case RetryLater():
            return "pending", None
        case Unknown():
            return "unknown", None


async def _close(session: Session, parcel: Parcel, *, state: str, code: int | None) -> None:
    match state:
        case "pending":
            await deliveries.reopen(session, parcel.delivery)
            if (await leads.lead(session, parcel.lead.id)).state != LeadState.APPROVED:
                await deliveries.void_delivery(session, parcel.delivery)
        case "unknown":
            await deliveries.close_unknown(session, parcel.delivery)
        case _:
            await deliveries.settle_delivery(session, parcel.delivery, state=state, reply_code=code)


async def _stage_effects(session: Session, parts: Parts, parcel: Parcel) -> None:
    row = parcel.lead
    if parts.crm is not None:
        key = f"{EffectKind.CRM_ACTIVITY}:{row.id}:{row.step}"
        await effects.add_effect(session, row.id, EffectKind.CRM_ACTIVITY, key=key, payload={"step": row.step})
    if parcel.draft is not None and parcel.draft.author == Author.POLICY:
        await _stage_promise(session, parts, row)


async def _stage_promise(session: Session, parts: Parts, row: Lead) -> None:
    """Tell sales of a holding answer: it promised the lead a person."""
    kinds = {EffectKind.CRM_TASK: parts.crm, EffectKind.SALES_NOTIFICATION: parts.notifier}
    for kind in (kind for kind, channel in kinds.items() if channel is not None):
        key = f"{kind}:{row.id}:{row.step}:promise"
        await effects.add_effect(session, row.id, kind, key=key, payload={"promise": True})
