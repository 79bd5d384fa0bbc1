"""A lead's journey as people read it: complete, in order, opened only as far as the key allows."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from models.answers import CallRecord, ScoreAnswer
from models.approval import Links, fill_slot, render
from models.database import Database
from models.draft import DraftContent, Origin, Segment
from models.errors import NotFoundError
from models.opened import OpenedLead, open_lead
from models.policy import Campaign, Language, Tone
from models.queries import deliveries, effects, journey
from models.queries.deliveries import Approval
from models.queries.leads import lead as read_lead
from models.queries.timeline import EntryKind, timeline
from models.sealing import Keyring
from models.verdict import Action, DecisionOutcome, DecisionReason, DecisionResult, Finding, Verdict
from tests.journey_rows import add_lead

CALL = CallRecord(
    model="small-model",
    prompt_id="score",
    prompt_sha256="p",
    schema_sha256="s",
    temperature=0.0,
    seed=1,
    max_tokens=64,
    input_tokens=10,
    output_tokens=5,
    finish_reason="stop",
    duration_ms=12,
    attempts=1,
)
CONTENT = DraftContent(
    language=Language.EN,
    subject="Your flat",
    subject_origin=Origin.MODEL,
    body=(Segment(origin=Origin.MODEL, text="Dear Marco, an adviser can call you."),),
    footer=(),
)


@pytest.fixture
async def lead_id(database: Database, keyring: Keyring, campaign: Campaign) -> UUID:
    """A lead that went all the way."""
    made = await add_lead(database, keyring)
    async with database.begin() as session:
        opened = await open_lead(session, keyring, await read_lead(session, made))
    await _score(database, opened)
    await _draft_and_send(database, opened, campaign, keyring)
    return made


async def _score(database: Database, opened: OpenedLead) -> None:
    answer = ScoreAnswer(score=82, reasoning="Ready to buy.", suggested_tone=Tone.FRIENDLY, confidence=0.9, call=CALL)
    async with database.begin() as session:
        await journey.insert_score(session, opened.row.id, answer, key=opened.key, campaign_digest="d")
        await journey.insert_route(session, opened.row.id, way="draft", segment=None, threshold=60, campaign_digest="d")


async def _draft_and_send(database: Database, opened: OpenedLead, campaign: Campaign, keyring: Keyring) -> None:
    finding = Finding(rule_id="tone", action=Action.REVIEW, message="Too familiar.", place="body[0]")
    verdict = Verdict(findings=(finding,), risk=0.1, guard_version="1", content_sha256=CONTENT.sha256)
    result = DecisionResult(outcome=DecisionOutcome.SEND, reasons=(DecisionReason.PASSED,))
    date = datetime(2026, 11, 23, tzinfo=UTC)
    mail = render(opened, CONTENT, campaign, links=Links("http://127.0.0.1", keyring), date=date)
    async with database.begin() as session:
        draft = journey.NewDraft(CONTENT, journey.Author.MODEL, "d", confidence=0.8, call=CALL)
        draft_id = await journey.insert_draft(session, opened.row, draft, key=opened.key)
        verdict_id = await journey.insert_verdict(session, draft_id, verdict, campaign_digest="d")
        decision_id = await journey.insert_decision(
            session,
            draft_id,
            verdict_id,
            result,
            confidence=0.8,
            thresholds={},
            campaign_digest="d",
            message_sha256=mail.sha256,
        )
        await fill_slot(session, opened, Approval(draft_id, decision_id=decision_id), mail)
        kind = effects.EffectKind.SALES_NOTIFICATION
        await effects.add_effect(session, opened.row.id, kind, key=f"sales:{opened.row.id}", payload={})
    async with database.begin() as session:
        await deliveries.add_outcome(session, opened.row.id, "replied")


async def test_every_stage_has_its_entry_in_the_order_of_the_journey(
    database: Database, keyring: Keyring, lead_id: UUID
) -> None:
    async with database.read() as session:
        found = await timeline(session, keyring, lead_id)
    assert [entry.kind for entry in found.entries] == [
        EntryKind.RECEIVED,
        EntryKind.SCORE,
        EntryKind.ROUTE,
        EntryKind.DRAFT,
        EntryKind.VERDICT,
        EntryKind.DECISION,
        EntryKind.DELIVERY,
        EntryKind.EFFECT,
        EntryKind.OUTCOME,
    ]
    assert all(entry.after_s >= 0 for entry in found.entries)
    by_kind = {entry.kind: entry for entry in found.entries}
    assert by_kind[EntryKind.SCORE].title == "Score 82, confidence 0.90, tone friendly"
    assert (by_kind[EntryKind.SCORE].detail, by_kind[EntryKind.SCORE].who) == ("Ready to buy.", "small-model")
    assert "an adviser can call you" in by_kind[EntryKind.DRAFT].detail
    assert by_kind[EntryKind.VERDICT].title == "Guard: 1 finding, review"
    assert by_kind[EntryKind.VERDICT].detail == "tone at body[0]: Too familiar.\nsecond opinion: risk 0.10"
    assert by_kind[EntryKind.DECISION].detail == "because: passed"
    assert found.details is not None
    assert found.details.contact.first_name == "Marco"


async def test_an_erased_lead_keeps_what_happened_and_loses_every_word(
    database: Database, keyring: Keyring, lead_id: UUID
) -> None:
    from sqlalchemy import update

    from models.tables.intake import DataKeyRow

    async with database.begin() as session:
        await session.execute(update(DataKeyRow).values(wrapped=None))
    async with database.read() as session:
        found = await timeline(session, keyring, lead_id)
    assert found.details is None
    assert len(found.entries) == 9
    words = " ".join(entry.title + entry.detail for entry in found.entries)
    assert not any(word in words for word in ("Marco", "flat", "Ready to buy"))


async def test_an_unknown_lead_is_said_to_be_unknown(database: Database, keyring: Keyring) -> None:
    async with database.read() as session:
        with pytest.raises(NotFoundError):
            await timeline(session, keyring, UUID(int=7))
