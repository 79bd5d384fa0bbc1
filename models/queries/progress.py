"""How far some leads have come: what the demo and the benchmarks watch."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from models.database import ReadSession
from models.states import TERMINAL, LeadState
from models.tables.delivery import Delivery
from models.tables.intake import Lead
from models.tables.journey import Decision, Draft, Route, Score


@dataclass(frozen=True)
class LeadProgress:
    """Where a lead is; `seconds` from its receipt to its newest state."""

    lead_id: UUID
    state: LeadState
    score: int | None
    way: str | None
    reasons: tuple[str, ...]
    seconds: float

    @property
    def is_settled(self) -> bool:
        """Tell whether the lead ended or waits for a person."""
        return self.state in TERMINAL or self.state is LeadState.IN_REVIEW


async def progress(session: ReadSession, lead_ids: Collection[UUID]) -> dict[UUID, LeadProgress]:
    """Return where each of these leads is, by id."""
    newest_score = select(Score.score).where(Score.lead_id == Lead.id).order_by(Score.created_at.desc()).limit(1)
    newest_way = select(Route.way).where(Route.lead_id == Lead.id).order_by(Route.created_at.desc()).limit(1)
    newest_reasons = (
        select(Decision.reasons)
        .join(Draft, Draft.id == Decision.draft_id)
        .where(Draft.lead_id == Lead.id)
        .order_by(Decision.created_at.desc())
        .limit(1)
    )
    statement = select(
        Lead.id,
        Lead.state,
        newest_score.scalar_subquery(),
        newest_way.scalar_subquery(),
        newest_reasons.scalar_subquery(),
        func.extract("epoch", Lead.state_since - Lead.received_at),
    ).where(Lead.id.in_(lead_ids))
    rows = await session.execute(statement)
    return {
        lead_id: LeadProgress(lead_id, LeadState(state), score, way, tuple(reasons or ()), float(seconds))
        for lead_id, state, score, way, reasons, seconds in rows
    }


async def messages_sent(session: ReadSession, lead_ids: Collection[UUID]) -> list[str]:
    """Return the Message-IDs of the deliveries to these leads that a mail server accepted."""
    statement = select(Delivery.message_id).where(Delivery.lead_id.in_(lead_ids), Delivery.state == "sent")
    return list(await session.scalars(statement))
