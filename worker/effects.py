"""Effects in other systems: the CRM's contact, task and note, and the word to sales. At least once, recognisable."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import structlog

from models.errors import ErasedError, UnavailableError
from models.opened import OpenedLead, open_lead
from models.queries import effects, leads
from models.queries.effects import EffectClaim, EffectKind
from models.queries.leads import LeaseLostError
from worker.crm.protocol import ContactFields, Crm, CrmId, MailActivity, ReviewTask
from worker.failure import backoff_s
from worker.metrics import EFFECTS
from worker.notify.protocol import SalesAlert
from worker.parts import Parts
from worker.transport import TransportError

log = structlog.get_logger(__name__)

MAX_EFFECT_ATTEMPTS = 84
"""With at most an hour between them: a service may be away, or a token refused, over a long weekend."""
LONGEST_EFFECT_WAIT_S = 3600
TOTAL_S = 120.0
"""For one attempt, all its calls together."""
LEASE_S = TOTAL_S + 60
"""Nobody takes an effect while its call may still be on its way; so a lease is never given back early either."""
TASK_DUE = timedelta(hours=4)


async def perform(parts: Parts, effect_id: UUID) -> None:
    """Perform one effect; a no-op when it is done, not due, or in another worker's hands."""
    async with parts.database.begin() as session:
        claimed = await effects.claim_effect(session, effect_id, lease_s=LEASE_S)
    if claimed is None:
        return
    try:
        await _attempt(parts, claimed)
    except LeaseLostError:
        log.warning("effect.lease_lost", effect_id=str(claimed.id), kind=claimed.kind)


async def _attempt(parts: Parts, claimed: EffectClaim) -> None:
    try:
        async with asyncio.timeout(TOTAL_S):
            external_id = await _do(parts, claimed, await _open(parts, claimed))
    except UnavailableError:
        raise  # our own database: the lease runs out, and nothing is counted
    except (TransportError, ErasedError, TimeoutError) as error:
        await _failed(parts, claimed, error)
    except Exception as error:
        log.warning("effect.stumbled", effect_id=str(claimed.id), kind=claimed.kind, exc_info=True)
        await _failed(parts, claimed, error)
    else:
        await _done(parts, claimed, external_id)


async def _open(parts: Parts, claimed: EffectClaim) -> OpenedLead:
    async with parts.database.read() as session:
        return await open_lead(session, parts.keyring, await leads.lead(session, claimed.lead_id))


async def _done(parts: Parts, claimed: EffectClaim, external_id: str | None) -> None:
    async with parts.database.begin() as session:
        await effects.finish_effect(session, claimed, external_id=external_id)
        details = {"kind": claimed.kind, "external_id": external_id}
        await leads.audit(session, actor="worker", action="effect.done", lead_id=claimed.lead_id, details=details)
    EFFECTS.labels(kind=claimed.kind, outcome="done").inc()
    log.info("effect.done", lead_id=str(claimed.lead_id), effect_id=str(claimed.id), kind=claimed.kind)


async def _do(parts: Parts, claimed: EffectClaim, opened: OpenedLead) -> str | None:
    match claimed.kind:
        case EffectKind.SALES_NOTIFICATION:
            await _notify(parts, claimed, opened)
            return None
        case EffectKind.CRM_UPSERT:
            return await _crm(parts).upsert_contact(_fields(opened))
        case EffectKind.CRM_TASK:
            return await _create_task(parts, claimed, opened)
        case EffectKind.CRM_ACTIVITY:
            return await _log_mail(parts, claimed, opened)


async def _notify(parts: Parts, claimed: EffectClaim, opened: OpenedLead) -> None:
    if parts.notifier is None:
        message = "no notification channel is configured any more"
        raise TransportError(message, permanent=True)
    row = opened.row
    score = claimed.payload.get("score")
    alert = SalesAlert(
        lead_id=str(row.id),
        score=score if isinstance(score, int) else None,
        source=row.source,
        campaign=row.campaign,
        url=f"{parts.links.public_url}/leads/{row.id}",
    )
    await parts.notifier.notify(alert)


async def _create_task(parts: Parts, claimed: EffectClaim, opened: OpenedLead) -> CrmId:
    crm, url = _crm(parts), parts.links.public_url
    task = ReviewTask(
        contact_id=await crm.upsert_contact(_fields(opened)),
        body=f"A drafted answer waits for a person: {url}/review/{opened.row.id}",
        due_at=parts.clock() + TASK_DUE,
        idempotency_key=claimed.idempotency_key,
    )
    if claimed.payload.get("promise"):
        body = f"The lead was told that a person will answer: {url}/leads/{opened.row.id}"
        task = replace(task, subject="Lead to answer in person", body=body)
    return await crm.create_task(task)


async def _log_mail(parts: Parts, claimed: EffectClaim, opened: OpenedLead) -> CrmId:
    crm = _crm(parts)
    activity = MailActivity(
        contact_id=await crm.upsert_contact(_fields(opened)),
        body=f"An approved answer was sent: {parts.links.public_url}/leads/{opened.row.id}",
        sent_at=parts.clock(),
        idempotency_key=claimed.idempotency_key,
    )
    return await crm.log_activity(activity)


def _crm(parts: Parts) -> Crm:
    if parts.crm is None:
        message = "no CRM is configured any more"
        raise TransportError(message, permanent=True)
    return parts.crm


def _fields(opened: OpenedLead) -> ContactFields:
    contact = opened.details.contact
    return ContactFields(
        email=contact.email,
        first_name=contact.first_name,
        last_name=contact.last_name,
        phone=contact.phone,
        key=str(opened.row.id),
    )


async def _failed(parts: Parts, claimed: EffectClaim, error: Exception) -> None:
    """Try again later, or give up: at once when it can never succeed, else after many attempts."""
    failure = _failure(error)
    gives_up = failure.permanent or claimed.attempts + 1 >= MAX_EFFECT_ATTEMPTS
    outcome = "dead" if gives_up else "postponed"
    delay_s = max(failure.retry_after_s or 0, backoff_s(claimed.attempts + 1, longest_s=LONGEST_EFFECT_WAIT_S))
    async with parts.database.begin() as session:
        if gives_up:
            await effects.bury_effect(session, claimed, error=failure.message)
        else:
            await effects.postpone_effect(session, claimed, delay_s=delay_s, error=failure.message)
    EFFECTS.labels(kind=claimed.kind, outcome=outcome).inc()
    log.warning(
        "effect.failed",
        lead_id=str(claimed.lead_id),
        effect_id=str(claimed.id),
        kind=claimed.kind,
        status=outcome,
        reason=failure.reason,
        attempt=claimed.attempts,
    )


def _failure(error: Exception) -> TransportError:
    """Read any error as a service's: what is unforeseen is named by its type and may succeed later."""
    match error:
        case TransportError():
            return error
        case ErasedError():
            return TransportError("the lead was erased", permanent=True)
        case TimeoutError():
            return TransportError(f"not done within {TOTAL_S:g} s")
        case _:
            return TransportError(type(error).__name__)
