"""The shapes that the engine is held to: Pydantic types, handed to Outlines as the constraint and used to parse.

One type, and so one schema string, per purpose, campaign and language: the engine compiles a schema once and keeps it.
"""

import hashlib
import json
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from inference.phrasing import PHRASINGS
from inference.words import opened_line, opened_sentence, sentence
from models.policy import Language, Tone


class ScoreOutput(BaseModel):
    """How soon a lead deserves an answer.

    The number stands first: measured on the small default model, a reason written before it only echoes the lead and
    the number then no longer depends on it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    score: int = Field(ge=1, le=100)
    reasoning: str = Field(pattern=f"^{sentence(4, 20)}$")
    suggested_tone: Tone


class DraftOutput(BaseModel):
    """The parts of an assembled draft; `draft_output` narrows them to a campaign's claims and a language's phrasing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    greeting: str
    blocks: list[str] = Field(min_length=1, max_length=3)
    bridges: list[str] = Field(min_length=1, max_length=2)
    closing: str


@lru_cache(maxsize=64)
def score_output(tones: tuple[Tone, ...]) -> type[ScoreOutput]:
    """Return the score's type for a campaign with these tones; the same object each time."""
    return create_model("ScoreOutput", __base__=ScoreOutput, suggested_tone=(_one_of(tones), ...))


@lru_cache(maxsize=64)
def draft_output(claim_ids: tuple[str, ...], language: Language) -> type[DraftOutput]:
    """Return the draft's type for these claims, in the order given, and this language; the same object each time."""
    phrasing = PHRASINGS[language]
    bridge = opened_sentence(phrasing.bridges, 1, 20)
    return create_model(
        "DraftOutput",
        __base__=DraftOutput,
        subject=(_matching(opened_line(phrasing.subjects, 1, 8)), ...),
        greeting=(_one_of(phrasing.greetings), ...),
        blocks=(_list_of(_one_of(claim_ids)), Field(min_length=1, max_length=3)),
        bridges=(_list_of(_matching(bridge)), Field(min_length=1, max_length=2)),
        closing=(_matching(opened_sentence(phrasing.closings, 1, 12)), ...),
    )


@lru_cache(maxsize=64)
def schema_sha256(output_type: type[BaseModel]) -> str:
    """Return the SHA-256 (hex) of the type's JSON schema, order of fields included."""
    schema = json.dumps(output_type.model_json_schema(), ensure_ascii=False)
    return hashlib.sha256(schema.encode()).hexdigest()


def _one_of(values: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return `Literal[...]` of values known only at run time, which no type checker can follow."""
    return Literal[values]


def _list_of(item: Any) -> Any:  # noqa: ANN401
    """Return `list[item]` of a type made at run time."""
    return list[item]


def _matching(pattern: str) -> Any:  # noqa: ANN401
    """Return the type of a text that matches the pattern as a whole."""
    return Annotated[str, Field(pattern=f"^{pattern}$")]
