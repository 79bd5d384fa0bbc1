"""The fake engine answers as vLLM does: real clients read it, every schema is met, every fault arrives."""

import json
import math
import re
from collections.abc import AsyncIterator
from typing import Any, Literal

import httpx
import httpx2
import jsonschema
import openai
import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.fakes.engine import EMPTY, RUBBISH, Answer, FakeEngine, cut
from tests.fakes.regex_sample import sample
from tests.fakes.wire import HANG, RESET, Fault, huge

_SENTENCE = "[A-ZÈÀ][A-Za-zàèéìòù'-]{0,17}(,? [A-Za-zàèéìòù][A-Za-zàèéìòù'-]{0,17}){3,17}[.?]"


class Score(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reasoning: str = Field(pattern=f"^{_SENTENCE}$")
    suggested_tone: Literal["formal", "friendly"]
    score: int = Field(ge=1, le=100)


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: str = Field(max_length=80, pattern="^[^0-9€$%@]{5,80}$")
    greeting: Literal["Buongiorno", "Gentile"]
    blocks: list[Literal["claim-rate", "claim-process", "claim-green"]] = Field(min_length=1, max_length=3)
    bridges: list[str] = Field(min_length=2, max_length=2)
    closing: str = Field(pattern=f"^{_SENTENCE}$")


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


@pytest.fixture
async def client(engine: FakeEngine) -> AsyncIterator[openai.AsyncOpenAI]:
    transport = httpx2.AsyncClient(trust_env=False)
    async with openai.AsyncOpenAI(
        base_url=engine.base_url, api_key="none", max_retries=0, timeout=2, http_client=transport
    ) as opened:
        yield opened


async def ask(client: openai.AsyncOpenAI, text: str, schema: dict[str, Any] | None = None, **more: Any) -> Any:
    extra = {"structured_outputs": {"json": schema}} if schema else {}
    body = {"max_tokens": 300} | more
    messages: Any = [{"role": "system", "content": "cold cold cold"}, {"role": "user", "content": text}]
    return await client.chat.completions.create(model="fake-model", messages=messages, extra_body=extra, **body)


@pytest.mark.parametrize(("text", "score"), [("a hot lead", 88), ("a cold lead", 18), ("a photo", 80)])
async def test_the_score_is_read_from_the_leads_words(client: openai.AsyncOpenAI, text: str, score: int) -> None:
    said = await ask(client, text, Score.model_json_schema())
    assert Score.model_validate_json(said.choices[0].message.content).score == score
    assert said.choices[0].finish_reason == "stop"
    assert said.usage.completion_tokens > 10


async def test_a_draft_holds_valid_claims_and_words_in_the_schemas_language(client: openai.AsyncOpenAI) -> None:
    said = await ask(client, "x", Draft.model_json_schema())
    draft = Draft.model_validate_json(said.choices[0].message.content)
    assert draft.blocks == ["claim-rate", "claim-process"]
    assert draft.bridges[0] == "Grazie per averci scritto e per il suo interesse."


async def test_both_ways_to_send_a_schema_are_read(client: openai.AsyncOpenAI) -> None:
    named: Any = {"type": "json_schema", "json_schema": {"name": "score", "schema": Score.model_json_schema()}}
    said = await ask(client, "hot", response_format=named)
    assert json.loads(said.choices[0].message.content)["score"] == 88


async def test_the_outlines_adapters_request_is_read(client: openai.AsyncOpenAI) -> None:
    from outlines.models.vllm import VLLMTypeAdapter

    said = await client.chat.completions.create(
        model="fake-model",
        messages=[{"role": "user", "content": "hot"}],
        extra_body=VLLMTypeAdapter().format_output_type(Score),
    )
    assert Score.model_validate_json(said.choices[0].message.content or "").score == 88


@pytest.mark.parametrize(
    ("constraint", "expected"), [({"choice": ["warm", "cold"]}, "warm"), ({"regex": "[1-9][0-9]?|100"}, "1")]
)
async def test_choice_and_regex_are_met(client: openai.AsyncOpenAI, constraint: Any, expected: str) -> None:
    said = await client.chat.completions.create(
        model="fake-model",
        messages=[{"role": "user", "content": "x"}],
        extra_body={"structured_outputs": constraint},
    )
    assert said.choices[0].message.content == expected


async def test_probabilities_come_as_vllm_sends_them(engine: FakeEngine, client: openai.AsyncOpenAI) -> None:
    engine.token_probability = 0.75
    said = await ask(client, "hot", Score.model_json_schema(), logprobs=True, top_logprobs=20)
    tokens = said.choices[0].logprobs.content
    assert "".join(token.token for token in tokens) == said.choices[0].message.content
    (first, _) = [token for token in tokens if token.token == "8"]
    assert math.exp(first.logprob) == pytest.approx(0.75)
    assert len(first.top_logprobs) == 20
    real = {other.token: math.exp(other.logprob) for other in first.top_logprobs if other.logprob > -9000}
    assert real == pytest.approx({"8": 0.75, "3": 0.25})
    assert bytes(first.bytes) == b"8"


async def test_max_tokens_cuts_the_answer(client: openai.AsyncOpenAI) -> None:
    said = await ask(client, "hot", Score.model_json_schema(), max_tokens=5)
    assert said.choices[0].finish_reason == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.choices[0].message.content)


@pytest.mark.parametrize(
    ("said", "finish_reason"), [(cut('{"score": 88}'), "length"), (RUBBISH, "stop"), (EMPTY, "stop"), ("free", "stop")]
)
async def test_a_test_decides_what_the_engine_says(
    engine: FakeEngine, client: openai.AsyncOpenAI, said: str | Answer, finish_reason: str
) -> None:
    engine.answer = lambda _: said
    choice = (await ask(client, "x", Score.model_json_schema())).choices[0]
    assert choice.finish_reason == finish_reason
    assert choice.message.content == (said if isinstance(said, str) else said.text)


@pytest.mark.parametrize("fault", [Fault(status=500, body=b"{}"), RESET, HANG])
async def test_a_handler_can_let_the_wire_fail(engine: FakeEngine, client: openai.AsyncOpenAI, fault: Fault) -> None:
    engine.answer = lambda _: fault
    with pytest.raises((openai.InternalServerError, openai.APIConnectionError)):
        await ask(client, "x", timeout=0.5)


async def test_ten_megabytes_arrive(engine: FakeEngine) -> None:
    engine.fail(huge())
    async with httpx.AsyncClient(trust_env=False) as plain:
        assert len((await plain.get(engine.base_url)).content) > 10_000_000


async def test_a_wrong_model_is_404_and_a_broken_schema_400(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        await client.chat.completions.create(model="other", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError):
        await client.chat.completions.create(
            model="fake-model",
            messages=[{"role": "user", "content": "x"}],
            extra_body={"structured_outputs": {"regex": "("}},
        )


async def test_a_prompt_beyond_the_window_is_400(engine: FakeEngine, client: openai.AsyncOpenAI) -> None:
    engine.max_model_len = 50
    with pytest.raises(openai.BadRequestError, match="maximum context length"):
        await ask(client, "word " * 100)


async def test_health_models_tokens_and_metrics_are_served(engine: FakeEngine) -> None:
    async with httpx.AsyncClient(base_url=engine.url, trust_env=False) as plain:
        assert (await plain.get("/health")).status_code == 200
        assert (await plain.get("/v1/models")).json()["data"][0]["id"] == "fake-model"
        assert (await plain.post("/tokenize", json={"prompt": "two words"})).json()["count"] == 3
        assert "vllm:num_requests_waiting" in (await plain.get("/metrics")).text


async def test_a_stopped_engine_refuses_and_serves_again_after_a_restart(engine: FakeEngine) -> None:
    async with httpx.AsyncClient(base_url=engine.url, trust_env=False) as plain:
        await engine.stop()
        with pytest.raises(httpx.TransportError):
            await plain.get("/health")
        await engine.restart()
        assert (await plain.get("/health")).status_code == 200


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"], "$defs": {"A": {"const": 3}}},
        {"type": "array", "items": {"type": "string", "minLength": 4}, "minItems": 3},
        {"type": "array", "prefixItems": [{"type": "integer", "minimum": 7}, {"type": "boolean"}]},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"type": "number", "exclusiveMinimum": 2},
        {"type": "string", "minLength": 10, "maxLength": 12},
        {"type": "string", "pattern": "^[A-Z]{2}-(x|y)+\\.[^a-z]{3}$"},
    ],
)
async def test_every_schema_is_met(client: openai.AsyncOpenAI, schema: dict[str, Any]) -> None:
    said = await ask(client, "x", schema)
    jsonschema.validate(json.loads(said.choices[0].message.content), schema)


@pytest.mark.parametrize(
    "pattern",
    [r"\d{3}", r"\w+ \S\D", r"[^\w\s]{2}", r"(?:ab|cd){2,5}?e*", r"^[\u00c0-\u00ff]+$", r"[^a]b.", r"a|", _SENTENCE],
)
def test_a_sample_matches_its_pattern(pattern: str) -> None:
    assert re.fullmatch(pattern, sample(pattern))


def test_a_pattern_that_is_too_clever_is_refused() -> None:
    with pytest.raises(ValueError, match="no sample"):
        sample(r"(a)(?<!a)b\1")
