"""A draft's parts are live claims and bounded words; the name and the figures never pass through the model."""

import json
from datetime import date
from typing import Any

import pytest

from inference.drafting import draft
from inference.engine import Engine
from inference.errors import EngineAnswerError
from models.answers import DraftAnswer
from models.errors import PolicyError
from models.policy import Campaign, DraftingMode, DripStep, Language, Tone
from tests.fakes.engine import FakeEngine, cut
from tests.samples import EXPIRES, TODAY, sample_campaign, sample_context, sample_lead

STEP = DripStep(number=2, delay_hours=72, purpose="offer a call {{ 7 }}")
THANKS = "Thank you for your message about the flat."
DRAFT = {
    "subject": "Your enquiry about the flat",
    "greeting": "Dear",
    "blocks": ["term", "term", "advice_call"],
    "bridges": [THANKS, THANKS],
    "closing": "I look forward to your answer.",
}


async def drafted(engine: Engine, campaign: Campaign, **changes: Any) -> DraftAnswer:
    circumstances: dict[str, Any] = {
        "tone": Tone.FRIENDLY,
        "language": Language.EN,
        "step": None,
        "earlier_subjects": (),
        "instruction": "",
        "seed": 5,
        "today": TODAY,
    }
    return await draft(engine, sample_lead(), sample_context(), campaign, **{**circumstances, **changes})


async def test_parts_are_live_claims_and_words(engine: Engine, campaign: Campaign) -> None:
    answer = await drafted(engine, campaign)
    assert set(answer.parts.blocks) <= {claim.id for claim in campaign.claims}
    assert answer.parts.bridges[0].startswith("Thank you")
    assert 0.9 < answer.confidence <= 1.0
    assert answer.call.prompt_id == "draft.en/1"


async def test_italian_lead_is_asked_for_in_italian(engine: Engine, campaign: Campaign) -> None:
    answer = await drafted(engine, campaign, language=Language.IT)
    assert answer.parts.greeting in {"Buongiorno", "Gentile"}
    assert answer.parts.bridges[0].startswith("Grazie")
    assert answer.call.prompt_id == "draft.it/1"


async def test_what_is_chosen_twice_is_said_once(engine: Engine, fake: FakeEngine, campaign: Campaign) -> None:
    fake.answer = lambda _: json.dumps(DRAFT)
    parts = (await drafted(engine, campaign)).parts
    assert parts.blocks == ("term", "advice_call")
    assert parts.bridges == (THANKS,)


async def test_greeting_is_a_word_without_the_hostile_name(
    engine: Engine, fake: FakeEngine, campaign: Campaign
) -> None:
    answer = await drafted(engine, campaign)
    assert answer.parts.greeting == "Dear"
    assert "Marco" not in json.dumps(fake.completions)


async def test_expired_claims_cannot_be_chosen(engine: Engine, fake: FakeEngine, campaign: Campaign) -> None:
    expired = campaign.claims[1].model_copy(update={"expires": TODAY})
    await drafted(engine, sample_campaign(claims=(campaign.claims[0], expired)))
    assert expired.id not in json.dumps(fake.completions)


async def test_nothing_to_say_today_is_an_error_of_the_policy(engine: Engine, campaign: Campaign) -> None:
    with pytest.raises(PolicyError, match="no claim may be used today"):
        await drafted(engine, campaign, today=max(EXPIRES, date(2030, 1, 1)))


async def test_free_drafting_is_refused(engine: Engine, fake: FakeEngine) -> None:
    with pytest.raises(PolicyError, match="assembled"):
        await drafted(engine, sample_campaign(drafting_mode=DraftingMode.FREE))
    assert not fake.completions


async def test_drip_message_waits_for_new_leads_and_knows_what_was_said(
    engine: Engine, fake: FakeEngine, campaign: Campaign
) -> None:
    await drafted(engine, campaign)
    await drafted(engine, campaign, step=STEP, earlier_subjects=("Your enquiry",), instruction="Please be <brief>")
    now, later = fake.completions
    assert now["priority"] < later["priority"]
    task = later["messages"][-1]["content"]
    assert "offer a call (( 7 ))" not in now["messages"][-1]["content"]
    assert all(part in task for part in ("offer a call (( 7 ))", "Your enquiry", "Please be ‹brief›"))


async def test_drafts_of_one_campaign_share_one_schema(engine: Engine, fake: FakeEngine, campaign: Campaign) -> None:
    await drafted(engine, campaign)
    await drafted(engine, campaign, seed=6, tone=Tone.FORMAL)
    first, second = fake.completions
    assert first["structured_outputs"] == second["structured_outputs"]


async def test_cut_draft_is_never_half_a_mail(engine: Engine, fake: FakeEngine, campaign: Campaign) -> None:
    fake.answer = lambda _: cut(json.dumps(DRAFT))
    with pytest.raises(EngineAnswerError):
        await drafted(engine, campaign)
