"""One draft on the desk: the lead on the left, the mail and what the guard says of it on the right."""

from dataclasses import dataclass, replace
from uuid import UUID

from models.database import ReadSession
from models.opened import OpenedLead, open_draft, open_lead
from models.queries import desk, journey, leads
from models.queries.desk import QueueOrder
from models.queries.journey import Author
from models.states import ACTIVE, LeadState
from models.tables.journey import Decision, Draft, VerdictRow
from models.verdict import Finding
from ui.labels import ACTS, SENDING, reason_sentence
from ui.lead_lines import StateView, lead_url, state_view
from ui.lead_panel import LeadPanelView, lead_panel
from ui.mail_view import FindingView, MailView, finding_views, mail_view
from ui.moments import Moment, moment
from ui.parts import UiParts
from ui.reviewing.queue import Neighbours, item_url, neighbours, queue_url
from ui.reviewing.readiness import Standing, obstacle
from ui.reviewing.rejections import CHOICES
from ui.words import Piece, pieces


@dataclass(frozen=True)
class DraftOnDesk:
    """The newest version; `id` and `sha256` go back with every act, so that it is about what was read."""

    id: str
    sha256: str
    version: int
    author: str
    written: Moment
    confidence_percent: int | None
    mail: MailView
    sender: str
    recipient: tuple[Piece, ...]
    is_checked: bool
    findings: tuple[FindingView, ...]
    risk_percent: int | None
    guard_version: str
    why: tuple[str, ...]
    sending: str
    obstacle: str


@dataclass(frozen=True)
class Typed:
    """What the reviewer typed, kept when it could not be applied."""

    subject: str
    body: str
    problem: str = ""
    reject_problem: str = ""
    note: str = ""
    reason: str = ""
    redraft_problem: str = ""
    instruction: str = ""


@dataclass(frozen=True)
class ItemView:
    """The page; acts are offered while `is_waiting`, and the page asks again by itself while `is_moving`."""

    id: str
    url: str
    queue_url: str
    lead_url: str
    order: str
    state: StateView
    since: Moment
    is_waiting: bool
    is_moving: bool
    last_act: str
    panel: LeadPanelView
    draft: DraftOnDesk | None
    neighbours: Neighbours
    typed: Typed
    choices: tuple[tuple[str, str], ...]
    keeps_text: bool = False
    refusal: str = ""


async def item_view(
    session: ReadSession, parts: UiParts, lead_id: UUID, *, order: QueueOrder, typed: Typed | None = None
) -> ItemView:
    """Read one lead's newest draft and everything around it; raises NotFoundError and ErasedError."""
    opened = await open_lead(session, parts.keyring, await leads.lead(session, lead_id))
    state, now = LeadState(opened.row.state), parts.clock()
    draft = await journey.latest_draft(session, opened.row)
    panel = await lead_panel(session, parts, opened)
    on_desk = await _on_desk(session, parts, opened, draft, panel) if draft else None
    return ItemView(
        id=str(lead_id),
        url=item_url(lead_id, order),
        queue_url=queue_url(order),
        lead_url=lead_url(lead_id),
        order=order,
        state=state_view(state),
        since=moment(opened.row.state_since, now),
        is_waiting=state is LeadState.IN_REVIEW,
        is_moving=state in ACTIVE,
        last_act=await _last_act(session, opened.row.id),
        panel=panel,
        draft=on_desk,
        neighbours=await neighbours(session, lead_id, order),
        typed=typed or _untouched(opened, draft),
        choices=CHOICES,
    )


async def _on_desk(
    session: ReadSession, parts: UiParts, opened: OpenedLead, draft: Draft, panel: LeadPanelView
) -> DraftOnDesk:
    verdict = await journey.latest_verdict(session, draft.id)
    decision = await journey.latest_decision(session, draft.id)
    content = open_draft(opened.key, draft)
    findings = [Finding.model_validate(finding) for finding in verdict.findings] if verdict else []
    campaign = parts.campaigns.get(opened.row.campaign)
    problem = "The campaign of this lead is gone; ask the operator to put its files back."
    if campaign is not None:
        problem = obstacle(Standing(draft, content, verdict, campaign, panel.is_suppressed))
    return DraftOnDesk(
        id=str(draft.id),
        sha256=draft.content_sha256,
        version=draft.version,
        author=draft.author,
        written=moment(draft.created_at, parts.clock()),
        confidence_percent=round(draft.confidence * 100) if draft.author == Author.MODEL else None,
        mail=mail_view(content, findings),
        sender=f"{campaign.sender.name} <{campaign.sender.email}>" if campaign else "",
        recipient=pieces(opened.details.contact.email),
        is_checked=verdict is not None,
        findings=finding_views(findings),
        risk_percent=_risk(verdict),
        guard_version=verdict.guard_version if verdict else "",
        why=_why(draft, decision),
        sending=SENDING[campaign.sending_policy] if campaign else "",
        obstacle=problem,
    )


def with_typed(view: ItemView, *, refusal: str = "", **changes: str) -> ItemView:
    """Return the page with what the reviewer typed, so that nothing is lost, and why it was refused."""
    return replace(view, typed=replace(view.typed, **changes), keeps_text="body" in changes, refusal=refusal)


def _untouched(opened: OpenedLead, draft: Draft | None) -> Typed:
    if draft is None:
        return Typed("", "")
    content = open_draft(opened.key, draft)
    return Typed(content.subject, content.body_text)


async def _last_act(session: ReadSession, lead_id: UUID) -> str:
    """Say who did what last, for whoever arrives a moment later."""
    newest = await journey.latest_review(session, lead_id)
    if newest is None:
        return ""
    names = await desk.user_names(session, [newest.user_id])
    return f"{ACTS[journey.ReviewAction(newest.action)]} by {names[newest.user_id]}"


def _risk(verdict: VerdictRow | None) -> int | None:
    return None if verdict is None or verdict.risk is None else round(verdict.risk * 100)


def _why(draft: Draft, decision: Decision | None) -> tuple[str, ...]:
    reasons = decision.reasons if decision else [draft.reason] if draft.reason else []
    return tuple(reason_sentence(reason) for reason in reasons)
