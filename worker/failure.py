"""What to do when a stage fails: a pure function from the error to a remedy."""

from dataclasses import dataclass
from enum import StrEnum

from inference.errors import EngineAnswerError, EngineUnavailableError
from models.errors import DamagedSealError, ErasedError, SealError
from models.policy import Campaign
from models.queries.leads import Claim
from models.states import LeadState, Stage
from models.verdict import DecisionReason

MAX_ATTEMPTS = 5
"""Of a stage that fails for an unforeseen reason; after them a person looks."""
MAX_SEND_ATTEMPTS = 60
"""With at most half an hour between them: a mail server may be away for a day (RFC 5321 section 4.5.4.1: 4–5 days)."""
LONGEST_WAIT_S = 30.0

REVIEWABLE = frozenset({LeadState.DRAFTING, LeadState.DRAFTED, LeadState.CHECKED})


class Remedy(StrEnum):
    """What becomes of a lead whose stage failed."""

    RETRY = "retry"
    FALL_BACK = "fall_back"
    """Policy's holding answer takes the place of the engine's."""
    REVIEW = "review"
    QUARANTINE = "quarantine"
    ERASED = "erased"


@dataclass(frozen=True)
class Plan:
    """The remedy, when to try again (seconds), and the reason that is recorded."""

    remedy: Remedy
    delay_s: float = 0.0
    reason: str = ""


def plan(error: Exception, claimed: Claim, *, step: int, campaign: Campaign) -> Plan:
    """Choose the remedy for a failed stage."""
    match error:
        case ErasedError():
            return Plan(Remedy.ERASED, reason="erased")
        case SealError() if not isinstance(error, DamagedSealError):
            # The operator's key is wrong, not the lead: it waits for the right one, however long that takes.
            return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts), reason="other_master_key")
        case EngineUnavailableError():
            return _engine_down(claimed, step=step, campaign=campaign)
        case EngineAnswerError():
            return _no_answer(step, DecisionReason.ENGINE_ANSWER)
        case _:
            return _unforeseen(claimed)


def _unforeseen(claimed: Claim) -> Plan:
    if claimed.attempts + 1 < MAX_ATTEMPTS:
        return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts))
    reason = f"{claimed.stage or Stage.ROUTE}_failed"
    return Plan(Remedy.REVIEW if claimed.state in REVIEWABLE else Remedy.QUARANTINE, reason=reason)


def backoff_s(attempts: int, *, longest_s: float = LONGEST_WAIT_S) -> float:
    """Return how long to wait after so many failed attempts: 1, 2, 4 … seconds."""
    return min(2.0 ** min(attempts, 20), longest_s)


def _engine_down(claimed: Claim, *, step: int, campaign: Campaign) -> Plan:
    if claimed.age_s < campaign.engine_down.wait_minutes * 60:
        return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts))
    return _no_answer(step, DecisionReason.ENGINE_DOWN)


def _no_answer(step: int, reason: DecisionReason) -> Plan:
    # The holding answer stands in for a first answer; for a drip message nothing does.
    return Plan(Remedy.FALL_BACK if step == 0 else Remedy.REVIEW, reason=reason)
