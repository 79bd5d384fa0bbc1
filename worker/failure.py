"""What to do when a stage fails: a pure function from the error to a remedy."""

from dataclasses import dataclass
from enum import StrEnum

from inference.errors import EngineAnswerError, EngineUnavailableError
from models.errors import DamagedSealError, ErasedError, SealError, UnavailableError
from models.policy import Campaign
from models.queries.leads import Claim
from models.states import LeadState
from models.verdict import DecisionReason

MAX_FAILURES = 8
"""Of one stage for unforeseen reasons, over a minute and a half; after them a person looks. Waiting for the database,
the engine, the mail server or the right key is none: it would use up the patience for what comes after it."""
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
    counts: bool = False
    """Whether this retry is one of the `MAX_FAILURES`."""


def plan(error: Exception, claimed: Claim, *, step: int, failures: int, campaign: Campaign) -> Plan:
    """Choose the remedy for a failed stage; `failures` are those before, in this state, that nobody foresaw."""
    match error:
        case ErasedError():
            return Plan(Remedy.ERASED, reason="erased")
        case SealError() if not isinstance(error, DamagedSealError):
            # The operator's key is wrong, not the lead: it waits for the right one, however long that takes.
            return _wait(claimed, "other_master_key")
        case EngineUnavailableError():
            return _engine_down(claimed, step=step, campaign=campaign)
        case EngineAnswerError():
            return _no_answer(step, DecisionReason.ENGINE_ANSWER)
        case UnavailableError():
            return _wait(claimed, "part_down")
        case _ if failures + 1 < MAX_FAILURES:
            return Plan(Remedy.RETRY, delay_s=backoff_s(failures), reason=f"{_stage(claimed)}_failed", counts=True)
        case _:
            return _give_up(claimed)


def last_resort(error: Exception, claimed: Claim) -> Plan:
    """Choose what becomes of a lead whose remedy failed as well; without a campaign to ask."""
    match error:
        case ErasedError():
            return Plan(Remedy.ERASED, reason="erased")
        case SealError() if not isinstance(error, DamagedSealError):
            return _wait(claimed, "other_master_key")
        case _:
            return _give_up(claimed)


def _wait(claimed: Claim, reason: str) -> Plan:
    return Plan(Remedy.RETRY, delay_s=backoff_s(claimed.attempts), reason=reason)


def _give_up(claimed: Claim) -> Plan:
    remedy = Remedy.REVIEW if claimed.state in REVIEWABLE else Remedy.QUARANTINE
    return Plan(remedy, reason=f"{_stage(claimed)}_failed")


def _stage(claimed: Claim) -> str:
    return claimed.stage or "drip"


def backoff_s(attempts: int, *, longest_s: float = LONGEST_WAIT_S) -> float:
    """Return how long to wait after so many failed attempts: 1, 2, 4 … seconds."""
    return min(2.0 ** min(attempts, 20), longest_s)


def _engine_down(claimed: Claim, *, step: int, campaign: Campaign) -> Plan:
    if claimed.age_s < campaign.engine_down.wait_minutes * 60:
        return _wait(claimed, DecisionReason.ENGINE_DOWN)
    return _no_answer(step, DecisionReason.ENGINE_DOWN)


def _no_answer(step: int, reason: DecisionReason) -> Plan:
    # The holding answer stands in for a first answer; for a drip message nothing does.
    return Plan(Remedy.FALL_BACK if step == 0 else Remedy.REVIEW, reason=reason)
