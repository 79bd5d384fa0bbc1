"""Whatever the engine does, a caller gets a valid answer, an error to retry, or an error for a person."""

import json

import pytest

from inference.engine import Engine
from inference.errors import EngineAnswerError, EngineUnavailableError
from inference.exchange import ChatMessage, EngineRequest
from inference.output_types import ScoreOutput
from tests.fakes.engine import EMPTY, RUBBISH, Answer, FakeEngine, cut
from tests.fakes.wire import GARBAGE, HANG, RESET, Fault, huge

SECRET = "my private words"
GOOD = '{"score":72,"reasoning":"Wants to start this month.","suggested_tone":"friendly"}'
REQUEST = EngineRequest(
    messages=(ChatMessage("system", "You score leads."), ChatMessage("user", SECRET)),
    output_type=ScoreOutput,
    max_tokens=100,
    seed=3,
    priority=10,
)


async def test_answer_is_parsed_with_its_tokens_and_its_cost(engine: Engine, fake: FakeEngine) -> None:
    fake.answer = lambda _: GOOD
    answer = await engine.complete(REQUEST)
    assert answer.value.score == 72
    assert b"".join(token.text for token in answer.tokens).decode() == GOOD
    assert (answer.finish_reason, answer.attempts, answer.max_tokens) == ("stop", 1, 100)
    assert answer.input_tokens > 0
    assert answer.output_tokens == len(answer.tokens)


async def test_masked_alternatives_are_left_out(engine: Engine, fake: FakeEngine) -> None:
    fake.answer = lambda _: GOOD
    answer = await engine.complete(REQUEST)
    assert all(0 < probability <= 1 for token in answer.tokens for probability in token.alternatives.values())
    assert all(len(token.alternatives) <= 2 for token in answer.tokens)


async def test_question_carries_the_schema_the_seed_and_its_priority(engine: Engine, fake: FakeEngine) -> None:
    await engine.complete(REQUEST)
    (body,) = fake.completions
    assert body["structured_outputs"]["json"]["properties"]["score"] == {
        "maximum": 100,
        "minimum": 1,
        "title": "Score",
        "type": "integer",
    }
    assert list(body["structured_outputs"]["json"]["properties"]) == ["score", "reasoning", "suggested_tone"]
    assert (body["seed"], body["priority"], body["logprobs"], body["top_logprobs"]) == (3, 10, True, 20)


async def test_cut_answer_is_asked_again_with_twice_the_room(engine: Engine, fake: FakeEngine) -> None:
    answers = [cut(GOOD), Answer(GOOD)]
    fake.answer = lambda _: answers.pop(0)
    answer = await engine.complete(REQUEST)
    assert answer.attempts == 2
    assert [body["max_tokens"] for body in fake.completions] == [100, 200]


@pytest.mark.parametrize(
    "answer", [cut(GOOD), RUBBISH, EMPTY, Answer(GOOD.replace("72", "121")), Answer(GOOD, "length")]
)
async def test_second_broken_answer_is_for_a_person(engine: Engine, fake: FakeEngine, answer: Answer) -> None:
    fake.answer = lambda _: answer
    with pytest.raises(EngineAnswerError) as caught:
        await engine.complete(REQUEST)
    assert not caught.value.retryable
    assert len(fake.completions) == 2


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
async def test_overloaded_or_failing_engine_is_tried_again_later(engine: Engine, fake: FakeEngine, status: int) -> None:
    fake.fail(Fault(status=status, body=b"{}"))
    with pytest.raises(EngineUnavailableError) as caught:
        await engine.complete(REQUEST)
    assert caught.value.retryable
    assert len(fake.requests) == 1, "the worker decides when to try again, not the client"


@pytest.mark.parametrize("fault", [RESET, Fault(reset=True, after=True)])
async def test_engine_that_hangs_up_is_tried_again_later(engine: Engine, fake: FakeEngine, fault: Fault) -> None:
    fake.fail(fault)
    with pytest.raises(EngineUnavailableError):
        await engine.complete(REQUEST)


async def test_silent_engine_is_tried_again_later(impatient_engine: Engine, fake: FakeEngine) -> None:
    fake.fail(HANG)
    with pytest.raises(EngineUnavailableError, match=r"timeout after 0\.2 s|ReadTimeout"):
        await impatient_engine.complete(REQUEST)


async def test_stopped_engine_is_tried_again_later(engine: Engine, fake: FakeEngine) -> None:
    await fake.stop()
    with pytest.raises(EngineUnavailableError):
        await engine.complete(REQUEST)


async def test_model_that_is_not_served_is_no_fault_of_the_lead(fake: FakeEngine) -> None:
    async with Engine(fake.base_url, "another-model") as engine:
        with pytest.raises(EngineUnavailableError):
            await engine.complete(REQUEST)


async def test_refused_question_is_for_a_person(engine: Engine, fake: FakeEngine) -> None:
    fake.max_model_len = 1
    with pytest.raises(EngineAnswerError):
        await engine.complete(REQUEST)


async def test_endless_answer_is_refused_before_it_fills_the_memory(engine: Engine, fake: FakeEngine) -> None:
    fake.fail(huge())
    with pytest.raises(EngineAnswerError, match="too large"):
        await engine.complete(REQUEST)


async def test_page_instead_of_an_answer_is_asked_again(engine: Engine, fake: FakeEngine) -> None:
    fake.fail(GARBAGE)
    assert (await engine.complete(REQUEST)).attempts == 2


async def test_answer_with_impossible_tokens_is_asked_again(engine: Engine, fake: FakeEngine) -> None:
    token = {"token": "x", "logprob": 9999.0, "bytes": [300], "top_logprobs": []}
    choice = {"finish_reason": "stop", "message": {"content": GOOD}, "logprobs": {"content": [token]}}
    fake.fail(Fault(status=200, body=json.dumps({"choices": [choice]}).encode()))
    assert (await engine.complete(REQUEST)).attempts == 2


async def test_no_error_repeats_the_leads_words(engine: Engine, fake: FakeEngine) -> None:
    fake.fail(Fault(status=400, body=f'{{"error": {{"message": "{SECRET}"}}}}'.encode()))
    with pytest.raises(EngineAnswerError) as caught:
        await engine.complete(REQUEST)
    assert SECRET not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__cause__ is None


async def test_proxy_of_the_host_is_not_used(fake: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with Engine(fake.base_url, fake.model) as engine:
        assert (await engine.check()).healthy
        await engine.complete(REQUEST)


async def test_check_names_the_model_that_is_missing(fake: FakeEngine) -> None:
    async with Engine(fake.base_url, "another-model") as engine:
        status = await engine.check()
    assert not status.healthy
    assert status.models == ("fake-model",)
    assert "another-model" in status.detail


async def test_check_of_a_stopped_engine_says_so(engine: Engine, fake: FakeEngine) -> None:
    await fake.stop()
    status = await engine.check()
    assert not status.healthy
    assert "does not answer" in status.detail


async def test_base_url_may_leave_out_the_version(fake: FakeEngine) -> None:
    async with Engine(fake.url, fake.model) as engine:
        assert (await engine.check()).healthy
        await engine.complete(REQUEST)
