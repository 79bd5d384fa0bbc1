"""From an error to a remedy: a pure table."""

from uuid import UUID

import pytest

from inference.errors import EngineAnswerError, EngineUnavailableError
from models.errors import DamagedSealError, ErasedError, SealError
from models.queries.leads import Claim
from models.states import LeadState
from tests.samples import sample_campaign
from worker.failure import MAX_ATTEMPTS, Remedy, backoff_s, plan

CAMPAIGN = sample_campaign()
LONG_AGO_S = CAMPAIGN.engine_down.wait_minutes * 60 + 1


def claimed(state: LeadState, *, attempts: int = 0, age_s: float = 0) -> Claim:
    return Claim(UUID(int=1), token=1, state=state, attempts=attempts, age_s=age_s)


@pytest.mark.parametrize(
    ("error", "state", "attempts", "age_s", "step", "remedy"),
    [
        (EngineUnavailableError("down"), LeadState.ENRICHED, 99, 1, 0, Remedy.RETRY),
        (EngineUnavailableError("down"), LeadState.ENRICHED, 0, LONG_AGO_S, 0, Remedy.FALL_BACK),
        (EngineUnavailableError("down"), LeadState.DRAFTING, 0, LONG_AGO_S, 2, Remedy.REVIEW),
        (EngineAnswerError("cut"), LeadState.ENRICHED, 0, 0, 0, Remedy.FALL_BACK),
        (EngineAnswerError("cut"), LeadState.DRAFTING, 0, 0, 1, Remedy.REVIEW),
        (ErasedError("gone"), LeadState.DRAFTED, 0, 0, 0, Remedy.ERASED),
        (SealError("other key"), LeadState.APPROVED, 10_000, LONG_AGO_S, 0, Remedy.RETRY),
        (DamagedSealError("cut"), LeadState.RECEIVED, MAX_ATTEMPTS, 0, 0, Remedy.QUARANTINE),
        (ZeroDivisionError(), LeadState.DRAFTED, 0, 0, 0, Remedy.RETRY),
        (ZeroDivisionError(), LeadState.DRAFTED, MAX_ATTEMPTS, 0, 0, Remedy.REVIEW),
        (ZeroDivisionError(), LeadState.RECEIVED, MAX_ATTEMPTS, 0, 0, Remedy.QUARANTINE),
        (ZeroDivisionError(), LeadState.APPROVED, MAX_ATTEMPTS, 0, 0, Remedy.QUARANTINE),
    ],
)
def test_each_failure_has_its_remedy(
    error: Exception, state: LeadState, attempts: int, age_s: float, step: int, remedy: Remedy
) -> None:
    chosen = plan(error, claimed(state, attempts=attempts, age_s=age_s), step=step, campaign=CAMPAIGN)
    assert chosen.remedy is remedy


def test_no_failure_is_ever_answered_with_a_send() -> None:
    assert {remedy.value for remedy in Remedy} == {"retry", "fall_back", "review", "quarantine", "erased"}


def test_waits_double_up_to_a_bound() -> None:
    assert [backoff_s(attempts) for attempts in (0, 1, 2, 3, 10, 10_000)] == [1, 2, 4, 8, 30, 30]
