"""What the rest of the product takes for granted about vLLM, asked of the real one."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from appliance.engine.launch import engine_is_ready
from appliance.engine.model import DEFAULT_MODEL

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

SCORE = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 100}},
    "required": ["score"],
    "additionalProperties": False,
}


async def _ask(url: str, **parameters: Any) -> httpx.Response:
    messages = [{"role": "user", "content": "Score this lead from 1 to 100: Maria asks for a meeting tomorrow."}]
    body = {"model": DEFAULT_MODEL.name, "messages": messages, "max_tokens": 16} | parameters
    async with httpx.AsyncClient(timeout=400, trust_env=False) as client:
        return await client.post(f"{url}/chat/completions", json=body)


def _answer_format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "score", "schema": schema}}


async def test_it_serves_the_default_model_under_its_name(real_engine: str) -> None:
    assert await engine_is_ready(real_engine, DEFAULT_MODEL.name)


async def test_an_answer_obeys_the_schema_with_its_bounds(real_engine: str) -> None:
    answer = await _ask(real_engine, response_format=_answer_format(SCORE), temperature=1.2, priority=1)
    score = json.loads(answer.json()["choices"][0]["message"]["content"])["score"]
    assert 1 <= score <= 100


async def test_it_tells_probabilities_on_a_machine_without_a_compiler(real_engine: str) -> None:
    """Every request of ours asks for them, and vLLM counts their ranks in a function marked for `torch.compile`."""
    answer = await _ask(real_engine, logprobs=True, top_logprobs=20, temperature=0, max_tokens=4)
    assert answer.status_code == 200, answer.text
    tokens = answer.json()["choices"][0]["logprobs"]["content"]
    assert [len(token["top_logprobs"]) for token in tokens] == [20] * 4
    assert await engine_is_ready(real_engine, DEFAULT_MODEL.name)


async def test_seeded_requests_side_by_side_leave_it_alive(real_engine: str) -> None:
    """Together the prompts exceed one step of the engine, so one of them is read in parts: what the plugin repairs."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_ask_at_length(real_engine, seed=seed)) for seed in range(3)]
    assert [task.result().status_code for task in asked] == [200] * 3
    assert await engine_is_ready(real_engine, DEFAULT_MODEL.name)


async def _ask_at_length(url: str, *, seed: int) -> httpx.Response:
    long_prompt = [{"role": "user", "content": f"{seed} " + "lead " * 1300}]
    return await _ask(url, messages=long_prompt, seed=seed, temperature=0.7, max_tokens=4)


async def test_a_schema_it_cannot_compile_is_a_bad_request(real_engine: str) -> None:
    answer = await _ask(real_engine, response_format=_answer_format({"type": "no such type"}))
    assert answer.status_code == 400
