"""Only one way leads to send; everything that is missing or doubtful leads to review."""

import math

import pytest

from guard.decision import decide
from models.policy import Campaign, DraftingMode, SendingPolicy
from models.verdict import Action, DecisionOutcome, DecisionReason, Finding, Verdict
from tests.samples import sample_campaign

FINDING = Finding(rule_id="P01", action=Action.REVIEW, message="m", place="subject")


def verdict(*findings: Finding, risk: float | None = 0.1) -> Verdict:
    return Verdict(findings=findings, risk=risk, guard_version="v", content_sha256="c")


def reasons(
    given: Verdict, *, confidence: float = 0.9, edited: bool = False, campaign: Campaign | None = None
) -> tuple[DecisionReason, ...]:
    result = decide(given, confidence=confidence, campaign=campaign or sample_campaign(), edited=edited)
    assert (result.outcome is DecisionOutcome.SEND) == (result.reasons == (DecisionReason.PASSED,))
    return result.reasons


def test_a_clean_confident_unedited_draft_is_sent() -> None:
    assert reasons(verdict()) == (DecisionReason.PASSED,)


@pytest.mark.parametrize("action", list(Action))
def test_any_finding_holds_a_draft_back(action: Action) -> None:
    finding = FINDING.model_copy(update={"action": action})
    assert reasons(verdict(finding)) == (DecisionReason.FINDINGS,)


def test_a_draft_that_no_classifier_judged_is_reviewed() -> None:
    assert reasons(verdict(risk=None)) == (DecisionReason.NOT_JUDGED,)


@pytest.mark.parametrize("risk", [0.5, 0.9, 1.0, math.nan])
def test_risk_from_the_threshold_up_is_reviewed(risk: float) -> None:
    assert reasons(verdict(risk=risk)) == (DecisionReason.RISK,)


@pytest.mark.parametrize("confidence", [0.0, 0.59, math.nan])
def test_low_confidence_is_reviewed(confidence: float) -> None:
    assert reasons(verdict(), confidence=confidence) == (DecisionReason.LOW_CONFIDENCE,)


def test_confidence_at_the_threshold_is_enough() -> None:
    assert reasons(verdict(), confidence=0.6) == (DecisionReason.PASSED,)


def test_what_a_person_edited_is_reviewed() -> None:
    assert reasons(verdict(), edited=True) == (DecisionReason.EDITED,)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (SendingPolicy.REVIEW_ALL, DecisionReason.REVIEW_ALL),
        (SendingPolicy.CERTIFIED, DecisionReason.NOT_CERTIFIED),
    ],
)
def test_policies_that_need_a_person_never_send(policy: SendingPolicy, reason: DecisionReason) -> None:
    assert reasons(verdict(), campaign=sample_campaign(sending_policy=policy)) == (reason,)


def test_free_drafts_are_reviewed() -> None:
    campaign = sample_campaign(drafting_mode=DraftingMode.FREE)
    assert reasons(verdict(), campaign=campaign) == (DecisionReason.FREE_MODE,)


def test_every_reason_is_told_the_gravest_first() -> None:
    told = reasons(verdict(FINDING, risk=None), confidence=0.1, edited=True)
    assert told[0] is DecisionReason.FINDINGS
    assert set(told) == {
        DecisionReason.FINDINGS,
        DecisionReason.NOT_JUDGED,
        DecisionReason.EDITED,
        DecisionReason.LOW_CONFIDENCE,
    }
