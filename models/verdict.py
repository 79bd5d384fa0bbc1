"""The guard's answer about one draft, and the decision taken on it."""

from enum import StrEnum

from models.frozen import Frozen


class Action(StrEnum):
    """What a finding demands; the order is the severity."""

    REVIEW = "review"
    """A person must look."""
    BLOCK = "block"
    """Never sendable as it stands, not even by a reviewer's approval."""


class Finding(Frozen):
    """One rule that spoke: where and why."""

    rule_id: str
    action: Action
    message: str
    """What is wrong and what to do next, for the reviewer; never quotes the lead."""
    place: str
    """`subject`, `body[3]` or `footer[0]`."""
    start: int = 0
    end: int = 0
    """Character offsets within the place; equal when the finding concerns the whole of it."""


class Verdict(Frozen):
    """All findings on one draft text (`content_sha256`), by one version of the guard."""

    findings: tuple[Finding, ...]
    risk: float | None
    """The classifier's highest probability of a violation over the model's sentences; None when it cannot judge."""
    guard_version: str
    content_sha256: str

    @property
    def action(self) -> Action | None:
        """The gravest action demanded, None when nothing was found."""
        actions = {finding.action for finding in self.findings}
        return Action.BLOCK if Action.BLOCK in actions else Action.REVIEW if actions else None


class DecisionOutcome(StrEnum):
    """Where a checked draft goes."""

    SEND = "send"
    REVIEW = "review"


class DecisionReason(StrEnum):
    """Why; bounded, so that metrics can carry it."""

    PASSED = "passed"
    FINDINGS = "findings"
    RISK = "risk"
    NOT_JUDGED = "not_judged"
    LOW_CONFIDENCE = "low_confidence"
    REVIEW_ALL = "review_all"
    NOT_CERTIFIED = "not_certified"
    FREE_MODE = "free_mode"
    EDITED = "edited"
    ENGINE_DOWN = "engine_down"
    ENGINE_ANSWER = "engine_answer"
    CRM_UNREACHABLE = "crm_unreachable"


class DecisionResult(Frozen):
    """The way of one draft and every reason for it, the first being the gravest."""

    outcome: DecisionOutcome
    reasons: tuple[DecisionReason, ...]
