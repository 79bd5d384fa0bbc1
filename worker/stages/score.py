"""Score: the engine says how fast this lead deserves an answer. Priority, never creditworthiness."""

from inference.scoring import score
from models.lead import Context
from models.opened import open_context
from models.queries import journey, leads
from models.queries.leads import Claim
from models.states import LeadState
from worker.dossier import take_dossier
from worker.parts import Parts
from worker.seeds import seed_of


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a score. Raises EngineUnavailableError or EngineAnswerError."""
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
        snapshot = await journey.latest_context(session, claimed.lead_id)
    opened, campaign = dossier.opened, dossier.campaign
    context = Context() if snapshot is None else open_context(opened.key, snapshot)
    answer = await score(parts.engine, opened.details, context, campaign, seed=seed_of(claimed.lead_id))
    async with parts.database.begin() as session:
        await journey.insert_score(session, claimed.lead_id, answer, key=opened.key, campaign_digest=campaign.digest)
        await leads.move(session, claimed, LeadState.SCORED)
