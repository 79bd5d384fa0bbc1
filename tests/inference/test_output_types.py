"""The schemas that hold the engine: what they let through, and that they change only on purpose."""

import json

import jsonschema
import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from inference.output_types import DraftOutput, ScoreOutput, draft_output, schema_sha256, score_output
from inference.phrasing import PHRASINGS
from models.policy import Language, Tone

CLAIMS = ("purpose", "rate")
SCORE = {"score": 72, "reasoning": "Wants to start this month.", "suggested_tone": "friendly"}
DRAFT = {
    "subject": "Your enquiry about Green Mortgage",
    "greeting": "Dear",
    "blocks": ["rate"],
    "bridges": ["Thank you for your message about the flat, and for your patience."],
    "closing": "I look forward to hearing from you.",
}
ITALIAN = {
    "subject": "La sua richiesta su Mutuo Green",
    "greeting": "Gentile",
    "blocks": ["rate"],
    "bridges": ["Grazie per averci scritto della casa, è un'ottima idea parlarne."],
    "closing": "Restiamo a disposizione per ogni altra domanda.",
}
FORBIDDEN = ["5", "€", "$", "%", "@", "\n", "/", ":", "<", "{", '"', "\u200b", "www.x", "FREE"]


def test_score_schema_is_what_was_reviewed(snapshot: SnapshotAssertion) -> None:
    assert score_output((Tone.FORMAL, Tone.FRIENDLY)).model_json_schema() == snapshot


@pytest.mark.parametrize("language", list(Language))
def test_draft_schema_is_what_was_reviewed(language: Language, snapshot: SnapshotAssertion) -> None:
    assert draft_output(CLAIMS, language).model_json_schema() == snapshot


def test_good_answers_fit() -> None:
    assert score_output((Tone.FRIENDLY,)).model_validate(SCORE).score == 72
    assert draft_output(CLAIMS, Language.EN).model_validate(DRAFT).blocks == ["rate"]
    assert draft_output(CLAIMS, Language.IT).model_validate(ITALIAN).greeting == "Gentile"


@pytest.mark.parametrize("change", [{"score": 0}, {"score": 101}, {"suggested_tone": "urgent"}, {"more": 1}])
def test_score_outside_its_bounds_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        score_output((Tone.FRIENDLY,)).model_validate({**SCORE, **change})


@pytest.mark.parametrize("forbidden", FORBIDDEN)
@pytest.mark.parametrize("field", ["subject", "bridges", "closing"])
def test_no_figure_address_or_markup_fits_into_the_models_words(field: str, forbidden: str) -> None:
    text = DRAFT[field][0] if field == "bridges" else DRAFT[field]
    spoilt = str(text).replace("your ", f"your {forbidden} ").replace("about ", f"about {forbidden} ")
    spoilt = spoilt.replace("from you", f"from {forbidden} you")
    assert spoilt != text
    changed = {**DRAFT, field: [spoilt] if field == "bridges" else spoilt}
    with pytest.raises(ValidationError):
        draft_output(CLAIMS, Language.EN).model_validate(changed)


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": []},
        {"blocks": ["secret"]},
        {"blocks": ["rate"] * 4},
        {"bridges": []},
        {"bridges": DRAFT["bridges"] * 3},  # type: ignore[operator]
        {"bridges": ["We guarantee that you will get the loan."]},
        {"greeting": "Hey"},
        {"closing": "I look forward " + "and forward " * 40 + "to it."},
    ],
)
def test_draft_outside_the_policy_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        draft_output(CLAIMS, Language.EN).model_validate({**DRAFT, **change})


def test_same_claims_give_the_same_type_and_digest() -> None:
    assert draft_output(CLAIMS, Language.EN) is draft_output(tuple(CLAIMS), Language.EN)
    digests = {schema_sha256(draft_output(claims, Language.EN)) for claims in (CLAIMS, ("purpose",), ("rate",))}
    assert len(digests) == 3


def test_fields_keep_the_order_of_the_contract() -> None:
    assert list(score_output((Tone.FORMAL,)).model_fields) == list(ScoreOutput.model_fields)
    assert list(draft_output(CLAIMS, Language.IT).model_fields) == list(DraftOutput.model_fields)


def test_outlines_takes_the_types_as_they_are() -> None:
    from outlines.models.vllm import VLLMTypeAdapter

    body = VLLMTypeAdapter().format_output_type(draft_output(CLAIMS, Language.IT))
    jsonschema.validate(json.loads(json.dumps(ITALIAN)), body["structured_outputs"]["json"])


def test_every_language_has_its_phrasing() -> None:
    assert set(PHRASINGS) == set(Language)
