"""What an operator watches: how many leads, mails and effects are where, and whether the database is ours."""

from dataclasses import dataclass

from sqlalchemy import func, select, text

from models.database import ReadSession
from models.queries.leads import WORKABLE
from models.states import ACTIVE, WAITING_FOR_PERSON, LeadState
from models.tables.delivery import Delivery, Effect
from models.tables.intake import Lead, StagedJob

EFFECT_STATES = ("pending", "dead")
"""Those that are watched; done ones are history."""
DELIVERY_STATES = ("pending", "data", "sent", "bounced", "unknown", "void")


@dataclass(frozen=True)
class JourneyCounts:
    """The journey at one moment; every state is named, also with 0. Ages in seconds."""

    leads: dict[str, int]
    oldest_waiting_s: dict[str, float]
    """Of each state in which a lead waits for a worker or a person."""
    staged: int
    due: int
    effects: dict[str, int]
    deliveries: dict[str, int]


async def journey_counts(session: ReadSession) -> JourneyCounts:
    """Count everything at one moment."""
    age = func.extract("epoch", func.now() - func.min(Lead.state_since))
    by_state = await session.execute(select(Lead.state, func.count(), age).group_by(Lead.state))
    found = {state: (count, float(age_s)) for state, count, age_s in by_state}
    due = select(func.count()).where(Lead.due_at <= func.now(), Lead.lease_until < func.now())
    effects = select(Effect.state, func.count()).where(Effect.state != "done").group_by(Effect.state)
    deliveries = select(Delivery.state, func.count()).group_by(Delivery.state)
    return JourneyCounts(
        leads={state: found.get(state, (0, 0.0))[0] for state in LeadState},
        oldest_waiting_s={state: found.get(state, (0, 0.0))[1] for state in sorted(ACTIVE | WAITING_FOR_PERSON)},
        staged=await session.scalar(select(func.count()).select_from(StagedJob)) or 0,
        due=await session.scalar(due.where(Lead.state.in_(WORKABLE))) or 0,
        effects=dict.fromkeys(EFFECT_STATES, 0) | dict((await session.execute(effects)).all()),
        deliveries=dict.fromkeys(DELIVERY_STATES, 0) | dict((await session.execute(deliveries)).all()),
    )


async def revision(session: ReadSession) -> str | None:
    """Return the migration that the database is at; None when it is empty."""
    if await session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
    return found
