"""A reviewer at the desk, for journeys that pass through it."""

from uuid import UUID

from models.ids import new_id
from models.queries import journey, leads, people
from tests.journey.conftest import Box
from ui.parts import UiParts
from ui.reviewing import acts
from ui.signin.gate import Visitor


async def approve(box: Box, lead_id: UUID) -> None:
    """Approve the newest draft of a lead that waits for a person."""
    parts = box.parts
    async with parts.database.begin() as session:
        user_id = await people.add_user(session, name=f"anna-{new_id()}", password_hash="none", role="reviewer")
        drafted = await journey.latest_draft(session, await leads.lead(session, lead_id))
    assert user_id is not None
    assert drafted is not None
    desk = UiParts(parts.database, parts.keyring, parts.campaigns, parts.clock, _nobody, parts.links.public_url)
    seen = acts.Seen(lead_id, drafted.id, drafted.content_sha256)
    await acts.approve(desk, Visitor(user_id, "anna", "reviewer", csrf=""), seen)


async def _nobody(_job: object) -> None:
    """The test advances the lead itself."""
