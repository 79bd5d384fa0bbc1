"""Draft: the engine chooses approved claims and writes the bridges; code assembles the message."""

from dataclasses import dataclass

from guard.assembly import assemble
from inference.drafting import draft
from models.lead import Context
from models.opened import open_context, open_draft
from models.policy import Tone
from models.queries import journey, leads
from models.queries.journey import Author, NewDraft, ReviewAction
from models.queries.leads import Claim
from models.sealing import DataKey
from models.states import LeadState
from models.tables.journey import ContextSnapshot, Draft, Review, Score
from worker.dossier import Dossier, take_dossier
from worker.drip import current_step
from worker.parts import Parts
from worker.seeds import seed_of


@dataclass(frozen=True)
class _Material:
    dossier: Dossier
    context: Context
    tone: Tone
    earlier: list[Draft]
    instruction: str

    @property
    def earlier_subjects(self) -> tuple[str, ...]:
        key, step = self.dossier.opened.key, self.dossier.opened.row.step
        return tuple(open_draft(key, draft_row).subject for draft_row in self.earlier if draft_row.step < step)


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a new version of the message. Raises EngineUnavailableError or EngineAnswerError."""
    material = await _gather(parts, claimed)
    opened, campaign = material.dossier.opened, material.dossier.campaign
    today = parts.clock().date()
    answer = await draft(
        parts.engine,
        opened.details,
        material.context,
        campaign,
        tone=material.tone,
        language=opened.details.language,
        step=current_step(campaign, opened.row),
        earlier_subjects=material.earlier_subjects,
        instruction=material.instruction,
        seed=seed_of(opened.row.id, opened.row.step, len(material.earlier)),
        today=today,
    )
    content = assemble(
        answer.parts,
        first_name=opened.details.contact.first_name,
        language=opened.details.language,
        campaign=campaign,
        today=today,
        unsubscribe_url=parts.links.unsubscribe(opened.row.id),
    )
    new = NewDraft(content, Author.MODEL, campaign.digest, confidence=answer.confidence, call=answer.call)
    async with parts.database.begin() as session:
        await journey.insert_draft(session, opened.row, new, key=opened.key)
        await leads.move(session, claimed, LeadState.DRAFTED)


async def _gather(parts: Parts, claimed: Claim) -> _Material:
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
        snapshot = await journey.latest_context(session, claimed.lead_id)
        scored = await journey.latest_score(session, claimed.lead_id)
        earlier = await journey.drafts(session, claimed.lead_id)
        review = await journey.latest_review(session, claimed.lead_id)
    key = dossier.opened.key
    return _Material(
        dossier, _context(key, snapshot), _tone(dossier, scored), earlier, _instruction(key, review, earlier)
    )


def _context(key: DataKey, snapshot: ContextSnapshot | None) -> Context:
    return Context() if snapshot is None else open_context(key, snapshot)


def _tone(dossier: Dossier, scored: Score | None) -> Tone:
    suggested = Tone(scored.suggested_tone) if scored else dossier.campaign.tones[0]
    return suggested if suggested in dossier.campaign.tones else dossier.campaign.tones[0]


def _instruction(key: DataKey, review: Review | None, earlier: list[Draft]) -> str:
    """Return what a reviewer wished of the next draft; a wish counts for the first draft that is written after it."""
    if review is None or review.action != ReviewAction.REDRAFT or review.sealed_note is None:
        return ""
    if any(written.created_at > review.created_at for written in earlier):
        return ""
    return key.open(review.sealed_note, "note").decode()
