"""Examples for the scoring prompt: some stand in every prompt, the ones most like the lead come last.

Choosing examples by likeness helps a model of any size (Liu et al. 2022, "What Makes Good In-Context Examples for
GPT-3?"). The small default model needs it: with fixed examples it gave every lead the same score; with the three
likest last, hot and cold leads come apart. It then follows the nearest examples more than the ideal lead in words.
"""

import math
import re
import tomllib
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pydantic import Field

from inference.exchange import ChatMessage
from inference.lead_text import EXAMPLE_MARK, fenced
from inference.output_types import ScoreOutput
from inference.thresholds import LIKEST_EXAMPLES
from models.frozen import Frozen
from models.policy import Tone

_GRAM: Final = 4
_GAPS: Final = re.compile(r"\W+")


class ScoredExample(Frozen):
    """A message as leads write them, and the answer that it deserves."""

    message: str
    score: int = Field(ge=1, le=100)
    reasoning: str
    tone: Tone
    always: bool = False


class _ExampleFile(Frozen):
    example: tuple[ScoredExample, ...]


def example_turns(message: str, tones: tuple[Tone, ...]) -> tuple[ChatMessage, ...]:
    """Return the chat turns of the examples that go before this message, the likest last."""
    examples = scored_examples()
    fixed = [example for example in examples if example.always]
    likest = sorted(examples, key=lambda example: likeness(message, example.message))[-LIKEST_EXAMPLES:]
    chosen = (*fixed, *likest)
    return tuple(turn for example in chosen for turn in _turns(example, tones))


@lru_cache(maxsize=1)
def scored_examples() -> tuple[ScoredExample, ...]:
    """Return all examples in the file's order."""
    return _ExampleFile.model_validate(tomllib.loads(examples_source())).example


def examples_source() -> str:
    """Return the file's text, part of the scoring prompt's hash."""
    return (files("inference") / "prompts" / "score_examples.toml").read_text(encoding="utf-8")


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1, in any language: cosine of their runs of four letters, rare ones most."""
    ours, theirs = _weighted_grams(one), _weighted_grams(other)
    shared = sum(weight * theirs.get(gram, 0.0) for gram, weight in ours.items())
    return shared / (math.hypot(*ours.values()) * math.hypot(*theirs.values()) or 1.0)


def _weighted_grams(text: str) -> dict[str, float]:
    """Return each run of letters with its weight: the fewer examples hold it, the more it says (idf)."""
    held_by, count = _example_grams(), len(scored_examples())
    return {gram: math.log((1 + count) / (1 + held_by[gram])) for gram in _grams(text)}


@lru_cache(maxsize=1)
def _example_grams() -> Counter[str]:
    return Counter(gram for example in scored_examples() for gram in _grams(example.message))


def _grams(text: str) -> frozenset[str]:
    spaced = f" {_GAPS.sub(' ', text.lower())} "
    return frozenset(spaced[start : start + _GRAM] for start in range(len(spaced) - _GRAM + 1))


def _turns(example: ScoredExample, tones: tuple[Tone, ...]) -> tuple[ChatMessage, ChatMessage]:
    """Return the example as question and answer; a tone that the campaign does not speak becomes its first."""
    tone = example.tone if example.tone in tones else tones[0]
    answer = ScoreOutput(score=example.score, reasoning=example.reasoning, suggested_tone=tone)
    lead = fenced((example.message,), EXAMPLE_MARK)
    return ChatMessage("user", lead), ChatMessage("assistant", answer.model_dump_json())
