"""Send: exactly the approved bytes, at most once. An outcome that nobody can know stops for a person.

Before DATA everything may be repeated. The send slot is committed right before DATA; a worker that finds it taken
knows that its predecessor died there, and does not send again (RFC 5321 section 6.1).
"""

import asyncio
import hashlib
from collections.abc import Coroutine

import structlog

from guard.checks import check, guard_version
from models.database import ReadSession
from models.errors import ConflictError
from models.opened import open_draft
from models.queries import deliveries, journey
from models.queries.leads import Claim
from models.states import LeadState
from models.tables.journey import Draft, VerdictRow
from models.verdict import Action, Finding
from worker import settlement
from worker.dossier import take_dossier
from worker.metrics import DELIVERIES
from worker.parts import Parts
from worker.settlement import Parcel
from worker.smtp import deliver

log = structlog.get_logger(__name__)

FINISH_S = 6.0
"""Less than `worker.hands.PUT_DOWN_S`, which is less than the supervisor's grace for a worker."""


async def run(parts: Parts, claimed: Claim) -> None:
    """Send the approved message of the lead's current step, or say why not."""
    async with parts.database.read() as session:
        parcel = await _gather(session, parts, claimed)
    match parcel.delivery.state:
        case "pending":
            await _send(parts, claimed, parcel)
        case "sent":  # its predecessor learned so after it had lost the lead
            await settlement.sent(parts, claimed, parcel)
        case _:
            await settlement.quarantine(parts, claimed, parcel, reason="send_interrupted")


async def _gather(session: ReadSession, parts: Parts, claimed: Claim) -> Parcel:
    dossier = await take_dossier(session, parts, claimed.lead_id)
    row = dossier.opened.row
    delivery = await deliveries.delivery_of(session, row)
    if delivery is None:
        message = "an approved lead has no delivery"
        raise ConflictError(message)
    draft = await journey.latest_draft(session, row)
    verdict = await journey.latest_verdict(session, delivery.draft_id)
    suppressed = await journey.is_suppressed(session, row.email_index)
    return Parcel(dossier, delivery, draft, verdict, suppressed)


async def _send(parts: Parts, claimed: Claim, parcel: Parcel) -> None:
    if parcel.suppressed:
        await settlement.take_back(parts, claimed, parcel, target=LeadState.SUPPRESSED, reason="suppressed")
    elif reason := await _why_void(parts, parcel):
        await settlement.take_back(parts, claimed, parcel, target=LeadState.DRAFTED, reason=reason)
    elif hashlib.sha256(parcel.message).hexdigest() != parcel.delivery.message_sha256:
        await settlement.quarantine(parts, claimed, parcel, reason="other_bytes_than_approved")
    else:
        await _to_its_end(_exchange(parts, claimed, parcel))


async def _why_void(parts: Parts, parcel: Parcel) -> str:
    """Say why the approval does not hold any more, so that the guard must look again; empty when it does (R4, R5)."""
    draft, verdict = parcel.draft, parcel.verdict
    if verdict is None or draft is None or draft.id != parcel.delivery.draft_id:
        return "newer_draft"
    if verdict.campaign_digest != parcel.dossier.campaign.digest or verdict.guard_version != guard_version(parts.judge):
        return "policy_changed"
    if await asyncio.to_thread(_is_found_fault_with, parts, parcel, draft, verdict):
        return "not_in_force"
    return ""


def _is_found_fault_with(parts: Parts, parcel: Parcel, draft: Draft, verdict: VerdictRow) -> bool:
    """Apply the rules as of today: what has expired since the approval is a finding that its verdict did not hold."""
    opened = parcel.dossier.opened
    content = open_draft(opened.key, draft)
    today = parts.clock().date()
    found = check(content, lead=opened.details, campaign=parcel.dossier.campaign, today=today, judge=None)
    known = {Finding.model_validate(finding) for finding in verdict.findings}
    return found.action is Action.BLOCK or not known.issuperset(found.findings)


async def _to_its_end(exchange: Coroutine[None, None, None]) -> None:
    """Let a mail in flight finish and be settled when the worker is told to stop: half-way is an unknown outcome."""
    task = asyncio.create_task(exchange)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_S)
        raise


async def _exchange(parts: Parts, claimed: Claim, parcel: Parcel) -> None:
    handed_over = False

    async def take_slot() -> None:
        nonlocal handed_over
        async with parts.database.begin() as session:
            await deliveries.take_slot(session, parcel.delivery, lead_token=claimed.token)
        handed_over = True

    reply = await deliver(
        parts.mail_server,
        parcel.dossier.campaign.sender.email,
        parcel.dossier.opened.details.contact.email,
        message=parcel.message,
        before_data=take_slot,
    )
    log.info("delivery.answered", lead_id=str(claimed.lead_id), outcome=type(reply).__name__, token=claimed.token)
    await settlement.settle(parts, claimed, parcel, reply, handed_over=handed_over)
    DELIVERIES.labels(outcome=type(reply).__name__.lower()).inc()
