"""Context: own history and the CRM. A CRM that does not answer never blocks the journey."""

import asyncio

import structlog

from models.lead import Context, CrmSummary
from models.queries import deliveries, journey, leads
from models.queries.leads import Claim
from models.states import LeadState
from worker.crm.protocol import Crm
from worker.dossier import take_dossier
from worker.parts import Parts
from worker.transport import TransportError

log = structlog.get_logger(__name__)

LOOK_UP_S = 20.0
"""For the whole look-up, a new token included: an answer within minutes matters more than a slow CRM's."""


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a context snapshot; a suppressed or opted-out person's journey ends here."""
    async with parts.database.read() as session:
        opened = (await take_dossier(session, parts, claimed.lead_id)).opened
        earlier = await journey.earlier_leads(session, opened.row)
        suppressed = await journey.is_suppressed(session, opened.row.email_index)
    crm, unreachable = await _ask_crm(parts.crm, opened.details.contact.email)
    context = Context(earlier=earlier, crm=crm, crm_unreachable=unreachable)
    opted_out = crm is not None and crm.opted_out
    target = LeadState.SUPPRESSED if suppressed or opted_out else LeadState.ENRICHED
    async with parts.database.begin() as session:
        if opted_out:
            await deliveries.suppress(session, opened.row.email_index, reason="crm", lead_id=claimed.lead_id)
        sealed = opened.key.seal_model(context, "context")
        await journey.insert_context(session, claimed.lead_id, sealed=sealed, returning=context.returning)
        await leads.move(session, claimed, target)
        if opted_out:
            await deliveries.stop_leads(session, opened.row.email_index, actor="worker")


async def _ask_crm(crm: Crm | None, email: str) -> tuple[CrmSummary | None, bool]:
    """Return what the CRM knows, and whether it could not say.

    Whatever goes wrong over there, in the settings or in an adapter ends here: no lead waits for a CRM.
    """
    if crm is None:
        return None, False
    try:
        async with asyncio.timeout(LOOK_UP_S):
            found = await crm.find_contact(email)
    except Exception as error:
        log.warning("crm.unreachable", crm=crm.name, reason=_reason(error), exc_info=True)
        return None, True
    if found is None:
        return None, False
    summary = CrmSummary(
        crm=crm.name,
        contact_id=found.id,
        first_name=found.first_name,
        status=found.status,
        lifecycle=found.lifecycle,
        opted_out=found.opted_out,
    )
    return summary, False


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, TransportError) else type(error).__name__
