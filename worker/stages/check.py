"""Check: the guard reads the whole message. Its error is never a pass."""

import asyncio

from guard.checks import check
from models.errors import ConflictError
from models.opened import open_draft
from models.queries import journey, leads
from models.queries.leads import Claim
from models.states import LeadState
from worker.dossier import take_dossier
from worker.parts import Parts


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a verdict on the newest draft."""
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
        drafted = await journey.latest_draft(session, dossier.opened.row)
    if drafted is None:
        message = "there is no draft to check"
        raise ConflictError(message)
    opened, campaign = dossier.opened, dossier.campaign
    content = open_draft(opened.key, drafted)
    verdict = await asyncio.to_thread(
        check, content, lead=opened.details, campaign=campaign, today=parts.clock().date(), judge=parts.judge
    )
    async with parts.database.begin() as session:
        await journey.insert_verdict(session, drafted.id, verdict, campaign_digest=campaign.digest)
        await leads.move(session, claimed, LeadState.CHECKED)
