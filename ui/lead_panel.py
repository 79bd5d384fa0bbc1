"""Who a lead is, what they wrote, what is known of them and how urgent they are: the left side of every close look."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.database import ReadSession
from models.lead import Context, CrmSummary, EarlierLead
from models.opened import OpenedLead, open_context
from models.queries import journey
from models.states import LeadState
from models.tables.journey import Score
from ui.labels import language_name
from ui.lead_lines import StateView, display_name, lead_url, product_name, state_view
from ui.moments import Moment, moment
from ui.parts import UiParts
from ui.words import Piece, pieces

CRM_NAMES = {"hubspot": "HubSpot", "salesforce": "Salesforce"}


@dataclass(frozen=True)
class FieldView:
    """One field that the lead filled in."""

    label: tuple[Piece, ...]
    words: tuple[Piece, ...]


@dataclass(frozen=True)
class EarlierView:
    """An earlier enquiry of the same person."""

    url: str
    campaign: str
    state: StateView
    score: int | None
    received: Moment


@dataclass(frozen=True)
class ScoreView:
    """Response priority, never creditworthiness."""

    score: int
    confidence_percent: int
    tone: str
    reasoning: tuple[Piece, ...]
    model: str


@dataclass(frozen=True)
class LeadPanelView:
    """Everything about a lead that a reviewer reads before the draft."""

    name: tuple[Piece, ...]
    contact: tuple[FieldView, ...]
    message: tuple[Piece, ...]
    answers: tuple[FieldView, ...]
    language: str
    language_name: str
    campaign: str
    source: str
    received: Moment
    returning: bool
    context_known: bool
    earlier: tuple[EarlierView, ...]
    crm: str
    crm_words: tuple[Piece, ...]
    crm_unreachable: bool
    score: ScoreView | None
    is_suppressed: bool


async def lead_panel(session: ReadSession, parts: UiParts, opened: OpenedLead) -> LeadPanelView:
    """Read what surrounds an opened lead and word it."""
    row, details, now = opened.row, opened.details, parts.clock()
    snapshot = await journey.latest_context(session, row.id)
    context = open_context(opened.key, snapshot) if snapshot else Context()
    scored = await journey.latest_score(session, row.id)
    answers = sorted(details.answers.items())
    return LeadPanelView(
        name=display_name(details),
        contact=_contact(opened),
        message=pieces(details.message),
        answers=tuple(FieldView(pieces(_readable(name)), pieces(value)) for name, value in answers),
        language=row.language,
        language_name=language_name(row.language),
        campaign=product_name(parts, row.campaign),
        source=row.source.replace("_", " "),
        received=moment(row.received_at, now),
        returning=context.returning,
        context_known=snapshot is not None,
        earlier=tuple(_earlier(earlier, parts, now) for earlier in context.earlier),
        crm=CRM_NAMES.get(context.crm.crm, context.crm.crm) if context.crm else "",
        crm_words=pieces(_crm_words(context.crm)) if context.crm else (),
        crm_unreachable=context.crm_unreachable,
        score=_score(opened, scored) if scored else None,
        is_suppressed=await journey.is_suppressed(session, row.email_index),
    )


def _contact(opened: OpenedLead) -> tuple[FieldView, ...]:
    contact = opened.details.contact
    fields = (("E-mail", contact.email), ("Phone", contact.phone), ("Country", opened.details.country))
    return tuple(FieldView(pieces(label), pieces(value)) for label, value in fields if value)


def _readable(field_name: str) -> str:
    return field_name.replace("_", " ").replace("-", " ")


def _earlier(earlier: EarlierLead, parts: UiParts, now: datetime) -> EarlierView:
    return EarlierView(
        url=lead_url(UUID(earlier.lead_id)),
        campaign=product_name(parts, earlier.campaign),
        state=state_view(LeadState(earlier.state)),
        score=earlier.score,
        received=moment(earlier.received_at, now),
    )


def _crm_words(crm: CrmSummary) -> str:
    known = (crm.first_name, crm.status, crm.lifecycle, "opted out of mail" if crm.opted_out else "")
    return " · ".join(word for word in known if word)


def _score(opened: OpenedLead, scored: Score) -> ScoreView:
    return ScoreView(
        score=scored.score,
        confidence_percent=round(scored.confidence * 100),
        tone=scored.suggested_tone,
        reasoning=pieces(opened.key.open(scored.sealed_reasoning, "reasoning").decode()),
        model=str(scored.call.get("model", "")),
    )
