"""The second opinion, with the real weights: pinned, replayable, honest about what it cannot judge."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from guard.checks import check
from guard.classifier import HEAD_FILE, WEIGHTS_SHA256, MiniLmJudge, embed, load_judge, weights_sha256, wheel_weights
from guard.head import Head, load_head
from guard.training import left_out_auc, read_sentences
from models.errors import PolicyError
from models.policy import Language

from .messages import TODAY, assembled, green_mortgage, lead

LEFT_OUT_AUC = 0.80
"""What the head must reach on templates that it has not seen; .876 when it was written."""


@pytest.fixture(scope="module")
def judge() -> MiniLmJudge:
    return load_judge()


@pytest.mark.parametrize(
    "sentence",
    [
        "Getting this mortgage is a walk in the park.",
        "Nobody offers you a lower rate than we do.",
        "Sign today, tomorrow is too late.",
    ],
)
def test_promises_look_riskier_than_courtesy(judge: MiniLmJudge, sentence: str) -> None:
    courtesy = judge.risk(["Thank you for your message about the flat."], Language.EN)
    risk = judge.risk([sentence], Language.EN)
    assert courtesy is not None
    assert risk is not None
    assert courtesy < 0.5 < risk


def test_one_risky_sentence_among_many_is_what_counts(judge: MiniLmJudge) -> None:
    courtesy = ["Thank you for your message.", "I look forward to hearing from you."]
    alone = judge.risk(["Approval is guaranteed for everyone."], Language.EN)
    assert judge.risk([*courtesy, "Approval is guaranteed for everyone.", *courtesy], Language.EN) == alone


def test_it_cannot_judge_italian(judge: MiniLmJudge) -> None:
    assert judge.risk(["Grazie per averci scritto."], Language.IT) is None


def test_nothing_to_judge_is_no_risk(judge: MiniLmJudge) -> None:
    assert judge.risk([], Language.EN) == 0.0


def test_an_honest_draft_passes_rules_and_classifier(judge: MiniLmJudge) -> None:
    verdict = check(assembled(), lead=lead(), campaign=green_mortgage(), today=TODAY, judge=judge)
    assert verdict.findings == ()
    assert verdict.risk is not None
    assert verdict.risk < green_mortgage().thresholds.max_risk


def test_the_head_knows_templates_that_it_has_not_seen(judge: MiniLmJudge) -> None:
    sentences = read_sentences()
    vectors = np.array(embed(judge._encoder, sentences.texts), dtype=np.float32)
    every, paired = left_out_auc(sentences, vectors)
    assert every > LEFT_OUT_AUC
    assert paired > LEFT_OUT_AUC


def test_the_stored_head_was_trained_on_the_stored_sentences_and_the_pinned_weights() -> None:
    head = load_head(HEAD_FILE)
    assert head.sentences_sha256 == read_sentences().sha256, "python -m guard.training"
    assert head.weights_sha256 == WEIGHTS_SHA256 == weights_sha256(wheel_weights())


def test_other_weights_than_the_heads_are_refused(tmp_path: Path) -> None:
    shutil.copytree(wheel_weights(), tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(PolicyError, match="trained on another file"):
        load_judge(tmp_path / "model")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no model\.safetensors"):
        load_judge(tmp_path)


def test_a_head_is_a_plain_logistic_function() -> None:
    head = Head(
        weights=(1.0, -1.0),
        bias=0.0,
        weights_sha256="w",
        sentences_sha256="s",
        sentences=2,
        templates=1,
        auc_left_out=0.5,
    )
    assert head.probability([0.0, 0.0]) == 0.5
    assert head.highest([[0.0, 1.0], [1.0, 0.0]]) == head.probability([1.0, 0.0]) > 0.5
    assert head.highest([]) == 0.0
    assert head.probability([1e9, 0.0]) <= 1.0
