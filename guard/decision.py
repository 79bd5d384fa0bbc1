"""Decides where a checked draft goes; pure, so that every decision can be replayed from its record.

Only one way leads to `send`: no finding, a classifier that judged and found little, enough confidence, a policy that
allows it, and words that no person has changed. Everything else is for the review desk.
"""

from collections.abc import Iterator

from models.policy import Campaign, DraftingMode, SendingPolicy
from models.verdict import DecisionOutcome, DecisionReason, DecisionResult, Verdict


def decide(verdict: Verdict, *, confidence: float, campaign: Campaign, edited: bool) -> DecisionResult:
    """Return the way of a draft and every reason for it, the gravest first; `confidence` is the engine's, 0–1."""
    reasons = tuple(_reasons(verdict, confidence, campaign, edited))
    if reasons:
        return DecisionResult(outcome=DecisionOutcome.REVIEW, reasons=reasons)
    return DecisionResult(outcome=DecisionOutcome.SEND, reasons=(DecisionReason.PASSED,))


def _reasons(verdict: Verdict, confidence: float, campaign: Campaign, edited: bool) -> Iterator[DecisionReason]:
    if verdict.findings:
        yield DecisionReason.FINDINGS
    if verdict.risk is None:
        yield DecisionReason.NOT_JUDGED
    elif not verdict.risk < campaign.thresholds.max_risk:
        yield DecisionReason.RISK
    if edited:
        yield DecisionReason.EDITED
    if campaign.drafting_mode is not DraftingMode.ASSEMBLED:
        yield DecisionReason.FREE_MODE
    yield from _policy_reasons(confidence, campaign)


def _policy_reasons(confidence: float, campaign: Campaign) -> Iterator[DecisionReason]:
    match campaign.sending_policy:
        case SendingPolicy.REVIEW_ALL:
            yield DecisionReason.REVIEW_ALL
        case SendingPolicy.CERTIFIED:
            yield DecisionReason.NOT_CERTIFIED
        case SendingPolicy.THRESHOLD:
            if not confidence >= campaign.thresholds.min_confidence:
                yield DecisionReason.LOW_CONFIDENCE
