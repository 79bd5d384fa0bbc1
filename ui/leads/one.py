"""One lead's page: the panel, every message with its origins and findings, and the timeline."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from models.database import ReadSession
from models.errors import DamagedSealError, ErasedError
from models.opened import OpenedLead, open_draft, open_lead
from models.queries import journey, leads
from models.queries.timeline import Entry, EntryKind, timeline
from models.states import ACTIVE, LeadState
from models.tables.journey import Draft
from models.verdict import Finding
from ui.lead_lines import StateView, state_view
from ui.lead_panel import LeadPanelView, lead_panel
from ui.mail_view import FindingView, MailView, finding_views, mail_view
from ui.moments import Moment, moment, span
from ui.parts import UiParts
from ui.words import Piece, pieces

SHOWN_ELSEWHERE = frozenset({EntryKind.RECEIVED, EntryKind.DRAFT})
"""Entries whose text the page shows in full beside the timeline."""
PAUSE_WORTH_SHOWING_S = 1.0


@dataclass(frozen=True)
class EntryView:
    """One step of the journey; `after` is the time since the step before, empty when it was short."""

    at: Moment
    kind: str
    title: str
    detail: tuple[Piece, ...]
    who: str
    after: str


@dataclass(frozen=True)
class DraftView:
    """One version of a message; `is_checked` is False until the guard has spoken."""

    title: str
    author: str
    written: Moment
    mail: MailView
    findings: tuple[FindingView, ...]
    is_checked: bool
    is_newest: bool


@dataclass(frozen=True)
class LeadPageView:
    """The page; `panel` is None once the lead was erased."""

    id: str
    state: StateView
    since: Moment
    is_moving: bool
    review_url: str
    is_quarantined: bool
    panel: LeadPanelView | None
    drafts: tuple[DraftView, ...]
    entries: tuple[EntryView, ...]


async def lead_page_view(session: ReadSession, parts: UiParts, lead_id: UUID) -> LeadPageView:
    """Read a lead's whole page; raises NotFoundError."""
    now = parts.clock()
    row = await leads.lead(session, lead_id)
    state = LeadState(row.state)
    opened = await _opened(session, parts, lead_id)
    history = await timeline(session, parts.keyring, lead_id)
    return LeadPageView(
        id=str(lead_id),
        state=state_view(state),
        since=moment(row.state_since, now),
        is_moving=state in ACTIVE,
        review_url=f"/review/{lead_id}" if state is LeadState.IN_REVIEW else "",
        is_quarantined=state is LeadState.QUARANTINED,
        panel=await lead_panel(session, parts, opened) if opened else None,
        drafts=await _drafts(session, parts, opened) if opened else (),
        entries=tuple(_entry(entry, moment(entry.at, now)) for entry in history.entries),
    )


async def _opened(session: ReadSession, parts: UiParts, lead_id: UUID) -> OpenedLead | None:
    try:
        return await open_lead(session, parts.keyring, await leads.lead(session, lead_id))
    except (ErasedError, DamagedSealError):
        return None


async def _drafts(session: ReadSession, parts: UiParts, opened: OpenedLead) -> tuple[DraftView, ...]:
    newest = await journey.latest_draft(session, opened.row)
    newest_first = reversed(await journey.drafts(session, opened.row.id))
    return tuple([await _draft(session, parts, opened, draft, is_newest=draft is newest) for draft in newest_first])


async def _draft(
    session: ReadSession, parts: UiParts, opened: OpenedLead, draft: Draft, *, is_newest: bool
) -> DraftView:
    verdict = await journey.latest_verdict(session, draft.id)
    findings = [Finding.model_validate(finding) for finding in verdict.findings] if verdict else []
    message = "First answer" if draft.step == 0 else f"Drip message {draft.step}"
    return DraftView(
        title=f"{message}, version {draft.version}",
        author=draft.author,
        written=moment(draft.created_at, parts.clock()),
        mail=mail_view(open_draft(opened.key, draft), findings),
        findings=finding_views(findings),
        is_checked=verdict is not None,
        is_newest=is_newest,
    )


def _entry(entry: Entry, at: Moment) -> EntryView:
    is_pause = entry.after_s >= PAUSE_WORTH_SHOWING_S
    return EntryView(
        at=at,
        kind=entry.kind,
        title=entry.title,
        detail=() if entry.kind in SHOWN_ELSEWHERE else pieces(entry.detail),
        who=entry.who,
        after=f"after {span(timedelta(seconds=entry.after_s))}" if is_pause else "",
    )
