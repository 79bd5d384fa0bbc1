"""What a stage takes into its hands: the lead opened, its campaign, and what earlier stages left."""

from dataclasses import dataclass
from uuid import UUID

from models.database import ReadSession
from models.opened import OpenedLead, open_lead
from models.policy import Campaign
from models.queries import leads
from worker.parts import Parts


@dataclass(frozen=True)
class Dossier:
    """A lead in the clear and the policy that governs it."""

    opened: OpenedLead
    campaign: Campaign


async def take_dossier(session: ReadSession, parts: Parts, lead_id: UUID) -> Dossier:
    """Open a lead for one stage; raises ErasedError or PolicyError."""
    row = await leads.lead(session, lead_id)
    return Dossier(await open_lead(session, parts.keyring, row), parts.campaign(row.campaign))
