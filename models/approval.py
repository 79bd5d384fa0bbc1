"""Approving a draft: the exact bytes are rendered, hashed, sealed and put into the send slot, in one transaction.

Used by policy (the worker's decide stage) and by people (the review desk): both end in the same row.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.database import Session
from models.draft import DraftContent
from models.mail import Mail, compose
from models.opened import OpenedLead
from models.policy import Campaign
from models.queries.deliveries import Approval, approve_delivery
from models.sealing import Keyring

UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True)
class Links:
    """Builds the links that a mail carries; `public_url` is how lead's mail clients reach the gateway."""

    public_url: str
    keyring: Keyring

    def unsubscribe(self, lead_id: UUID) -> str:
        """Return the one-click opt-out link of a lead: an id and its signature, no personal data."""
        return f"{self.public_url}/unsubscribe/{lead_id}/{self.keyring.sign(UNSUBSCRIBE, str(lead_id))}"


def render(opened: OpenedLead, content: DraftContent, campaign: Campaign, *, links: Links, date: datetime) -> Mail:
    """Render the bytes that an approval is about."""
    lead = opened.row
    return compose(
        content,
        campaign.sender,
        opened.details.contact,
        slot=(lead.id, lead.step),
        date=date,
        unsubscribe_url=links.unsubscribe(lead.id),
    )


async def fill_slot(session: Session, opened: OpenedLead, approval: Approval, mail: Mail) -> None:
    """Put the approved bytes into the lead's send slot, sealed. Raises ConflictError when it was used."""
    await approve_delivery(session, opened.row, approval, mail, sealed=opened.key.seal(mail.message, "message"))
