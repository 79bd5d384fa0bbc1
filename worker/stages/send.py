"""Send: exactly the approved bytes, at most once. An outcome that nobody can know stops for a person.

Before DATA everything may be repeated. The send slot is committed right before DATA; a worker that finds it taken
knows that its predecessor died there, and does not send again (RFC 5321 section 6.1).
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import date

import structlog

from guard.checks import guard_version
from models.database import ReadSession
from models.draft import Origin
from models.errors import ConflictError
from models.opened import open_draft
from models.queries import deliveries, effects, journey, leads
from models.queries.effects import EffectKind
from models.queries.leads import Claim
from models.states import LeadState
from models.tables.delivery import Delivery
from models.tables.journey import Draft, VerdictRow
from worker.dossier import Dossier, take_dossier
from worker.drip import rest_before, step_after
from worker.failure import MAX_SEND_ATTEMPTS, backoff_s
from worker.metrics import ANSWER_SECONDS, DELIVERIES
from worker.parts import Parts
from worker.smtp import Accepted, Refused, RetryLater, SmtpReply, Unknown, deliver

log = structlog.get_logger(__name__)

FINISH_S = 6.0
"""Less than `worker.hands.PUT_DOWN_S`, which is less than the supervisor's grace for a worker."""


@dataclass(frozen=True)
class _Parcel:
    dossier: Dossier
    delivery: Delivery
    draft: Draft | None
    verdict: VerdictRow | None
    suppressed: bool

    @property
    def message(self) -> bytes:
        return self.dossier.opened.key.open(self.delivery.sealed_message, "message")


async def run(parts: Parts, claimed: Claim) -> None:
    """Send the approved message of the lead's current step, or say why not."""
    async with parts.database.read() as session:
        parcel = await _gather(session, parts, claimed)
    if parcel.delivery.state != "pending":
        await _quarantine(parts, claimed, parcel, reason="send_interrupted")
    elif parcel.suppressed:
        await _take_back(parts, claimed, parcel, target=LeadState.SUPPRESSED, reason="suppressed")
    elif not _still_in_force(parcel, parts):
        await _take_back(parts, claimed, parcel, target=LeadState.DRAFTED, reason="policy_changed")
    elif hashlib.sha256(parcel.message).hexdigest() != parcel.delivery.message_sha256:
        await _quarantine(parts, claimed, parcel, reason="other_bytes_than_approved")
    else:
        await _transmit(parts, claimed, parcel)


async def _gather(session: ReadSession, parts: Parts, claimed: Claim) -> _Parcel:
    dossier = await take_dossier(session, parts, claimed.lead_id)
    row = dossier.opened.row
    delivery = await deliveries.delivery_of(session, row)
    if delivery is None:
        message = "an approved lead has no delivery"
        raise ConflictError(message)
    draft = await journey.latest_draft(session, row)
    verdict = await journey.latest_verdict(session, delivery.draft_id)
    suppressed = await journey.is_suppressed(session, row.email_index)
    return _Parcel(dossier, delivery, draft, verdict, suppressed)


def _still_in_force(parcel: _Parcel, parts: Parts) -> bool:
    """Rules, policy and facts of the approval are today's (compliance R4, R5), and it is about the newest draft."""
    campaign, verdict, draft = parcel.dossier.campaign, parcel.verdict, parcel.draft
    if verdict is None or draft is None or draft.id != parcel.delivery.draft_id:
        return False
    same_policy = draft.campaign_digest == verdict.campaign_digest == campaign.digest
    same_rules = verdict.guard_version == guard_version(parts.judge)
    return same_policy and same_rules and _claims_in_force(parcel, draft, today=parts.clock().date())


def _claims_in_force(parcel: _Parcel, draft: Draft, *, today: date) -> bool:
    content = open_draft(parcel.dossier.opened.key, draft)
    used = {segment.ref.partition("@")[0] for segment in content.body if segment.origin is Origin.CLAIM}
    return used <= {claim.id for claim in parcel.dossier.campaign.live_claims(content.language, today)}


async def _transmit(parts: Parts, claimed: Claim, parcel: _Parcel) -> None:
    async def take_slot() -> None:
        async with parts.database.begin() as session:
            await deliveries.take_slot(session, parcel.delivery, lead_token=claimed.token)

    await _to_its_end(_exchange(parts, claimed, parcel, take_slot))


async def _to_its_end(exchange: Coroutine[None, None, None]) -> None:
    """Let a mail in flight finish and be settled when the worker is told to stop: half-way is an unknown outcome."""
    task = asyncio.create_task(exchange)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_S)
        raise


async def _exchange(parts: Parts, claimed: Claim, parcel: _Parcel, take_slot: Callable[[], Awaitable[None]]) -> None:
    reply = await deliver(
        parts.mail_server,
        parcel.dossier.campaign.sender.email,
        parcel.dossier.opened.details.contact.email,
        message=parcel.message,
        before_data=take_slot,
    )
    log.info("delivery.answered", lead_id=str(claimed.lead_id), outcome=type(reply).__name__, token=claimed.token)
    await _settle(parts, claimed, parcel, reply)
    DELIVERIES.labels(outcome=type(reply).__name__.lower()).inc()


async def _settle(parts: Parts, claimed: Claim, parcel: _Parcel, reply: SmtpReply) -> None:
    match reply:
        case Accepted():
            await _sent(parts, claimed, parcel)
        case Refused(code=code, at_recipient=True):
            await _bounced(parts, claimed, parcel, code=code)
        case Refused(code=code):
            await _refused(parts, claimed, parcel, code=code)
        case RetryLater(reason=reason):
            await _later(parts, claimed, parcel, reason=reason)
        case Unknown():
            await _quarantine(parts, claimed, parcel, reason="send_unknown")


async def _sent(parts: Parts, claimed: Claim, parcel: _Parcel) -> None:
    row = parcel.dossier.opened.row
    following = step_after(parcel.dossier.campaign, row) if row.step else None
    async with parts.database.begin() as session:
        await deliveries.settle_delivery(session, parcel.delivery, state="sent", reply_code=250)
        if parts.crm is not None:
            key = f"{EffectKind.CRM_ACTIVITY}:{row.id}:{row.step}"
            await effects.add_effect(session, row.id, EffectKind.CRM_ACTIVITY, key=key, payload={"step": row.step})
        target = LeadState.ENROLLED if following else LeadState.SENT
        await leads.move(session, claimed, target, due_in=rest_before(following) if following else None)
    if row.step == 0:
        ANSWER_SECONDS.observe((parts.clock() - row.received_at).total_seconds())


async def _bounced(parts: Parts, claimed: Claim, parcel: _Parcel, *, code: int) -> None:
    row = parcel.dossier.opened.row
    async with parts.database.begin() as session:
        await deliveries.settle_delivery(session, parcel.delivery, state="bounced", reply_code=code)
        await deliveries.suppress(session, row.email_index, reason="bounced", lead_id=row.id)
        await deliveries.add_outcome(session, row.id, "bounced")
        await leads.move(session, claimed, LeadState.SUPPRESSED, reason="bounced")


async def _refused(parts: Parts, claimed: Claim, parcel: _Parcel, *, code: int) -> None:
    # The server will not take this message or sender; the address is not at fault, so a person must look.
    async with parts.database.begin() as session:
        await deliveries.settle_delivery(session, parcel.delivery, state="bounced", reply_code=code)
        await journey.insert_quarantine(session, claimed.lead_id, reason="send_refused")
        await leads.move(session, claimed, LeadState.QUARANTINED, reason="send_refused")


async def _later(parts: Parts, claimed: Claim, parcel: _Parcel, *, reason: str) -> None:
    if claimed.attempts >= MAX_SEND_ATTEMPTS:
        await _quarantine(parts, claimed, parcel, reason="send_never_taken")
        return
    log.warning("delivery.postponed", lead_id=str(claimed.lead_id), reason=reason, attempt=claimed.attempts)
    async with parts.database.begin() as session:
        await deliveries.reopen(session, parcel.delivery)
        await leads.postpone(session, claimed, delay_s=backoff_s(claimed.attempts, longest_s=1800))


async def _quarantine(parts: Parts, claimed: Claim, parcel: _Parcel, *, reason: str) -> None:
    log.error("delivery.quarantined", lead_id=str(claimed.lead_id), reason=reason)
    async with parts.database.begin() as session:
        await deliveries.close_unknown(session, parcel.delivery)
        await journey.insert_quarantine(session, claimed.lead_id, reason=reason)
        await leads.move(session, claimed, LeadState.QUARANTINED, reason=reason)


async def _take_back(parts: Parts, claimed: Claim, parcel: _Parcel, *, target: LeadState, reason: str) -> None:
    async with parts.database.begin() as session:
        await deliveries.void_delivery(session, parcel.delivery)
        await leads.move(session, claimed, target, reason=reason)
