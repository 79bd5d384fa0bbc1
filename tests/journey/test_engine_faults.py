"""The engine down, slow or talking rubbish: leads wait, then get the approved holding answer or a person."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from models.policy import EngineDownAnswer
from models.queries import journey, leads
from models.queries.journey import Author
from models.sealing import Keyring
from models.states import LeadState
from models.tables.intake import Lead
from models.tables.journey import Draft
from tests.fakes.engine import EMPTY, RUBBISH, Answer
from tests.fakes.wire import RESET, Fault
from tests.journey.conftest import Box
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.journey import advance


async def lead_and_draft(box: Box, lead_id: UUID) -> tuple[Lead, Draft | None]:
    async with box.parts.database.read() as session:
        row = await leads.lead(session, lead_id)
        return row, await journey.latest_draft(session, row)


def with_engine_down(box: Box, then: EngineDownAnswer, wait_minutes: int) -> Box:
    (campaign,) = box.parts.campaigns.values()
    changed = campaign.engine_down.model_dump() | {"then": then, "wait_minutes": wait_minutes}
    return box.with_campaign(engine_down=changed)


@pytest.mark.parametrize("fault", [RESET, Fault(status=503)], ids=["reset", "503"])
async def test_while_the_engine_is_down_the_lead_waits(box: Box, keyring: Keyring, fault: Fault) -> None:
    box.engine.answer = lambda _: fault
    lead_id = await add_lead(box.parts.database, keyring)
    await advance(box.parts, lead_id)
    row, draft = await lead_and_draft(box, lead_id)
    assert (row.state, row.attempts, draft) == (LeadState.ENRICHED, 1, None)
    box.engine.answer = box.engine.default_answer
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now()"))
    await advance(box.parts, lead_id)
    assert (await lead_and_draft(box, lead_id))[0].state == LeadState.SENT


@pytest.mark.parametrize(
    ("then", "state"),
    [(EngineDownAnswer.HOLDING, LeadState.SENT), (EngineDownAnswer.REVIEW, LeadState.IN_REVIEW)],
)
async def test_after_the_wait_the_campaign_says_what_the_lead_gets(
    box: Box, keyring: Keyring, then: EngineDownAnswer, state: LeadState
) -> None:
    box.engine.answer = lambda _: RESET
    waiting = with_engine_down(box, then, wait_minutes=0)
    lead_id = await add_lead(box.parts.database, keyring)
    await advance(waiting.parts, lead_id)
    row, draft = await lead_and_draft(box, lead_id)
    assert draft is not None
    assert (row.state, draft.author, draft.reason) == (state, Author.POLICY, "engine_down")
    assert len(box.smtp.mails) == (1 if state is LeadState.SENT else 0)


@pytest.mark.parametrize("answer", [RUBBISH, EMPTY], ids=["rubbish", "empty"])
async def test_rubbish_is_asked_for_once_more_and_then_a_person_gets_the_lead(
    box: Box, keyring: Keyring, answer: Answer
) -> None:
    box.engine.answer = lambda _: answer
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, lead_id)
    row, draft = await lead_and_draft(box, lead_id)
    assert draft is not None
    assert (row.state, draft.reason) == (LeadState.IN_REVIEW, "engine_answer")
    assert len(box.engine.completions) == 2
    assert box.smtp.mails == []
