"""The engine's bytes: what is no chat completion is None, never an error of its own."""

import json
import math
from typing import Any

import pytest

from inference.wire import parse_completion


def completion(**token: object) -> bytes:
    """A completion of one token, with these fields changed."""
    fields: dict[str, Any] = {"token": "7", "logprob": -0.5, "bytes": [55], "top_logprobs": [], **token}
    choice = {"finish_reason": "stop", "message": {"content": "7"}, "logprobs": {"content": [fields]}}
    return json.dumps({"model": "m", "choices": [choice]}).encode()


def test_a_token_is_read_with_its_bytes_and_its_probability() -> None:
    parsed = parse_completion(completion(top_logprobs=[{"token": "7", "logprob": -0.5}]))
    assert parsed is not None
    (token,) = parsed.tokens
    assert (token.text, token.alternatives) == (b"7", {"7": math.exp(-0.5)})


@pytest.mark.parametrize(
    "token",
    [
        {"bytes": [300]},
        {"bytes": [-1]},
        {"logprob": 9999.0},
        {"logprob": 1.0},
        {"logprob": math.inf},
        {"logprob": -math.inf},
        {"logprob": math.nan},
        {"top_logprobs": [{"token": "8", "logprob": 9999.0}]},
        {"top_logprobs": [{"token": "8", "logprob": math.nan}]},
    ],
    ids=str,
)
def test_a_token_that_cannot_be_one_is_no_answer(token: dict[str, object]) -> None:
    assert parse_completion(completion(**token)) is None


def test_a_certain_token_rounded_above_one_is_certain() -> None:
    parsed = parse_completion(completion(logprob=1e-6, top_logprobs=[{"token": "7", "logprob": 1e-6}]))
    assert parsed is not None
    (token,) = parsed.tokens
    assert (token.logprob, token.alternatives) == (0.0, {"7": 1.0})


def test_masked_alternatives_are_left_out() -> None:
    parsed = parse_completion(completion(top_logprobs=[{"token": "x", "logprob": -9999.0}]))
    assert parsed is not None
    assert parsed.tokens[0].alternatives == {}


@pytest.mark.parametrize("count", [-1, 10**12])
def test_a_count_of_tokens_that_cannot_be_is_no_answer(count: int) -> None:
    body = json.loads(completion()) | {"usage": {"prompt_tokens": count, "completion_tokens": 1}}
    assert parse_completion(json.dumps(body).encode()) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b'{"choices":[]}', b"<html>", b"\xff"])
def test_anything_else_is_no_answer(content: bytes) -> None:
    assert parse_completion(content) is None
