"""What a reviewer can do with a draft: approve, edit, reject, ask for another. Each is one transaction.

The lead is moved first, which locks its row: of two reviewers the second finds it moved and changes nothing. Only then
is the draft compared with the one that the reviewer saw, so that nobody approves words they have not read.
"""

from dataclasses import dataclass
from uuid import UUID

from guard.assembly import recompose
from models.approval import Links, fill_slot, render
from models.database import Session
from models.draft import DraftContent
from models.errors import ConflictError
from models.opened import OpenedLead, open_draft, open_lead
from models.policy import Campaign
from models.queries import journey, leads
from models.queries.deliveries import Approval
from models.queries.intake import Job, JobKind
from models.queries.journey import Author, NewDraft, NewReview, ReviewAction
from models.states import LeadState
from models.tables.journey import Draft
from ui.parts import UiParts
from ui.reviewing.readiness import Standing, obstacle
from ui.signin.gate import Visitor

TARGET = {
    ReviewAction.APPROVE: LeadState.APPROVED,
    ReviewAction.EDIT: LeadState.DRAFTED,
    ReviewAction.REJECT: LeadState.REJECTED,
    ReviewAction.REDRAFT: LeadState.DRAFTING,
}


@dataclass(frozen=True)
class Seen:
    """The version that the reviewer had before them; `draft_id` is None where there was none."""

    lead_id: UUID
    draft_id: UUID | None
    content_sha256: str


@dataclass(frozen=True)
class _Taken:
    """A lead that this act has moved, and the draft that it is about."""

    opened: OpenedLead
    draft: Draft | None

    @property
    def job(self) -> Job:
        return Job(JobKind.LEAD, self.opened.row.id, self.opened.row.token)


async def approve(parts: UiParts, visitor: Visitor, seen: Seen) -> Job:
    """Release exactly the mail that was seen. Raises ConflictError when it changed or may not leave."""
    async with parts.database.begin() as session:
        taken = await _take(session, parts, visitor, seen, ReviewAction.APPROVE)
        draft, campaign = _the_draft(taken), _campaign(parts, taken)
        content = open_draft(taken.opened.key, draft)
        await _check_standing(session, taken.opened, draft, content, campaign)
        mail = render(taken.opened, content, campaign, links=_links(parts), date=parts.clock())
        act = NewReview(visitor.user_id, ReviewAction.APPROVE, draft.id, message_sha256=mail.sha256)
        review_id = await journey.insert_review(session, seen.lead_id, act)
        await fill_slot(session, taken.opened, Approval(draft.id, review_id=review_id), mail)
        await _audit(session, visitor, taken, review_id, {"message_sha256": mail.sha256})
    return taken.job


async def edit(parts: UiParts, visitor: Visitor, seen: Seen, *, subject: str, body: str) -> Job:
    """Keep the reviewer's own version; the guard checks it before anybody can approve it. Raises PolicyError."""
    async with parts.database.begin() as session:
        taken = await _take(session, parts, visitor, seen, ReviewAction.EDIT)
        draft, campaign = _the_draft(taken), _campaign(parts, taken)
        original = open_draft(taken.opened.key, draft)
        content = recompose(
            subject,
            body,
            language=original.language,
            campaign=campaign,
            today=parts.clock().date(),
            unsubscribe_url=_links(parts).unsubscribe(taken.opened.row.id),
            original=original,
        )
        new = NewDraft(content, Author.PERSON, campaign.digest, confidence=1.0, user_id=visitor.user_id)
        act = NewReview(visitor.user_id, ReviewAction.EDIT, draft.id)
        review_id = await journey.insert_review(session, seen.lead_id, act)
        draft_id = await journey.insert_draft(session, taken.opened.row, new, key=taken.opened.key)
        await _audit(session, visitor, taken, review_id, {"new_draft_id": str(draft_id)})
    return taken.job


async def reject(parts: UiParts, visitor: Visitor, seen: Seen, *, reason: str, note: str) -> None:
    """End the lead: nothing is sent."""
    async with parts.database.begin() as session:
        taken = await _take(session, parts, visitor, seen, ReviewAction.REJECT)
        review_id = await _noted(session, visitor, taken, ReviewAction.REJECT, f"{reason}\n{note}".strip())
        await _audit(session, visitor, taken, review_id, {})


async def redraft(parts: UiParts, visitor: Visitor, seen: Seen, *, instruction: str) -> Job:
    """Let the engine write another draft; the instruction is told to it."""
    async with parts.database.begin() as session:
        taken = await _take(session, parts, visitor, seen, ReviewAction.REDRAFT)
        review_id = await _noted(session, visitor, taken, ReviewAction.REDRAFT, instruction)
        await _audit(session, visitor, taken, review_id, {})
    return taken.job


async def _take(session: Session, parts: UiParts, visitor: Visitor, seen: Seen, action: ReviewAction) -> _Taken:
    expected, target = LeadState.IN_REVIEW, TARGET[action]
    await leads.move_by_person(session, seen.lead_id, expected=expected, target=target, actor=visitor.actor)
    row = await leads.lead(session, seen.lead_id)
    draft = await journey.latest_draft(session, row)
    if (draft and draft.id) != seen.draft_id or (draft and draft.content_sha256 != seen.content_sha256):
        message = "a newer version of this draft is there than the one you read"
        raise ConflictError(message, hint="Reload the page and read the new version.")
    return _Taken(await open_lead(session, parts.keyring, row), draft)


async def _check_standing(
    session: Session, opened: OpenedLead, draft: Draft, content: DraftContent, campaign: Campaign
) -> None:
    verdict = await journey.latest_verdict(session, draft.id)
    is_suppressed = await journey.is_suppressed(session, opened.row.email_index)
    problem = obstacle(Standing(draft, content, verdict, campaign, is_suppressed))
    if problem:
        message = "this draft may not be approved as it stands"
        raise ConflictError(message, hint=problem)


async def _noted(session: Session, visitor: Visitor, taken: _Taken, action: ReviewAction, note: str) -> UUID:
    sealed = taken.opened.key.seal(note.encode(), "note") if note else None
    draft_id = taken.draft.id if taken.draft else None
    act = NewReview(visitor.user_id, action, draft_id, sealed_note=sealed)
    return await journey.insert_review(session, taken.opened.row.id, act)


async def _audit(session: Session, visitor: Visitor, taken: _Taken, review_id: UUID, details: dict[str, str]) -> None:
    draft_id = str(taken.draft.id) if taken.draft else None
    await leads.audit(
        session,
        actor=visitor.actor,
        action="draft.reviewed",
        lead_id=taken.opened.row.id,
        subject_id=review_id,
        details={"draft_id": draft_id, **details},
    )


def _the_draft(taken: _Taken) -> Draft:
    if taken.draft is None:
        message = "there is no draft to work on"
        raise ConflictError(message, hint="Ask for another draft, or reject the lead.")
    return taken.draft


def _campaign(parts: UiParts, taken: _Taken) -> Campaign:
    campaign = parts.campaigns.get(taken.opened.row.campaign)
    if campaign is None:
        message = "the campaign of this lead is not there any more"
        raise ConflictError(message, hint="Ask the operator to put its files back, or reject the lead.")
    return campaign


def _links(parts: UiParts) -> Links:
    return Links(parts.public_url, parts.keyring)
