"""Whether a reviewer may approve a draft as it stands; pure, asked by the page and again by the act itself."""

from dataclasses import dataclass

from models.draft import DraftContent
from models.policy import Campaign
from models.tables.journey import Draft, VerdictRow
from models.verdict import Action


@dataclass(frozen=True)
class Standing:
    """What an approval depends on, read at one moment."""

    draft: Draft
    content: DraftContent
    verdict: VerdictRow | None
    campaign: Campaign
    is_suppressed: bool


def obstacle(standing: Standing) -> str:
    """Say why the draft may not be approved and what to do, in a sentence; empty when it may."""
    draft, verdict, campaign = standing.draft, standing.verdict, standing.campaign
    if standing.is_suppressed:
        return "This address asked not to be written to, or cannot be reached. Reject the lead."
    if verdict is None:
        return "The guard has not checked this version. Save an edit to have it checked."
    if not draft.content_sha256 == verdict.content_sha256 == standing.content.sha256:
        return "The verdict is about another text. Save an edit to have this one checked."
    if verdict.action == Action.BLOCK:
        return "A finding must be corrected first. Edit the draft, or ask for another one."
    if campaign.digest != verdict.campaign_digest:
        return "The campaign's facts or rules changed after the check. Save an edit to have it checked again."
    return ""
