"""From an error to a remedy: a pure table."""

from uuid import UUID

import pytest

from inference.errors import EngineAnswerError, EngineUnavailableError
from models.errors import DamagedSealError, ErasedError, PolicyError, SealError, UnavailableError
from models.queries.leads import Claim
from models.states import LeadState
from tests.samples import sample_campaign
from worker.failure import MAX_FAILURES, Remedy, backoff_s, last_resort, plan

CAMPAIGN = sample_campaign()
LONG_AGO_S = CAMPAIGN.engine_down.wait_minutes * 60 + 1


def claimed(state: LeadState, *, attempts: int = 0, age_s: float = 0) -> Claim:
    return Claim(UUID(int=1), token=1, state=state, attempts=attempts, age_s=age_s)


@pytest.mark.parametrize(
    ("error", "state", "failures", "age_s", "step", "remedy"),
    [
        (EngineUnavailableError("down"), LeadState.ENRICHED, 99, 1, 0, Remedy.RETRY),
        (EngineUnavailableError("down"), LeadState.ENRICHED, 0, LONG_AGO_S, 0, Remedy.FALL_BACK),
        (EngineUnavailableError("down"), LeadState.DRAFTING, 0, LONG_AGO_S, 2, Remedy.REVIEW),
        (EngineAnswerError("cut"), LeadState.ENRICHED, 0, 0, 0, Remedy.FALL_BACK),
        (EngineAnswerError("cut"), LeadState.DRAFTING, 0, 0, 1, Remedy.REVIEW),
        (ErasedError("gone"), LeadState.DRAFTED, 0, 0, 0, Remedy.ERASED),
        (UnavailableError("database"), LeadState.APPROVED, 10_000, LONG_AGO_S, 0, Remedy.RETRY),
        (SealError("other key"), LeadState.APPROVED, 10_000, LONG_AGO_S, 0, Remedy.RETRY),
        (DamagedSealError("cut"), LeadState.RECEIVED, MAX_FAILURES, 0, 0, Remedy.QUARANTINE),
        (ZeroDivisionError(), LeadState.DRAFTED, 0, 0, 0, Remedy.RETRY),
        (ZeroDivisionError(), LeadState.DRAFTED, MAX_FAILURES, 0, 0, Remedy.REVIEW),
        (ZeroDivisionError(), LeadState.RECEIVED, MAX_FAILURES, 0, 0, Remedy.QUARANTINE),
        (ZeroDivisionError(), LeadState.APPROVED, MAX_FAILURES, 0, 0, Remedy.QUARANTINE),
    ],
)
def test_each_failure_has_its_remedy(
    error: Exception, state: LeadState, failures: int, age_s: float, step: int, remedy: Remedy
) -> None:
    chosen = plan(error, claimed(state, age_s=age_s), step=step, failures=failures, campaign=CAMPAIGN)
    assert chosen.remedy is remedy


def test_waiting_for_a_part_leaves_an_unforeseen_failure_all_its_tries() -> None:
    waited_long = claimed(LeadState.ENRICHED, attempts=10_000, age_s=LONG_AGO_S)
    chosen = plan(ZeroDivisionError(), waited_long, step=0, failures=0, campaign=CAMPAIGN)
    assert (chosen.remedy, chosen.delay_s, chosen.counts) == (Remedy.RETRY, 1, True)
    for error in (UnavailableError("database"), SealError("key"), EngineUnavailableError("down")):
        assert not plan(error, claimed(LeadState.ENRICHED), step=0, failures=0, campaign=CAMPAIGN).counts


@pytest.mark.parametrize(
    ("error", "state", "remedy", "reason"),
    [
        (PolicyError("expired"), LeadState.ENRICHED, Remedy.QUARANTINE, "score_failed"),
        (PolicyError("expired"), LeadState.DRAFTING, Remedy.REVIEW, "draft_failed"),
        (ZeroDivisionError(), LeadState.ENROLLED, Remedy.QUARANTINE, "drip_failed"),
        (ErasedError("gone"), LeadState.ENRICHED, Remedy.ERASED, "erased"),
        (SealError("other key"), LeadState.ENRICHED, Remedy.RETRY, "other_master_key"),
    ],
)
def test_a_remedy_that_fails_leaves_the_lead_to_a_person(
    error: Exception, state: LeadState, remedy: Remedy, reason: str
) -> None:
    chosen = last_resort(error, claimed(state))
    assert (chosen.remedy, chosen.reason) == (remedy, reason)


def test_no_failure_is_ever_answered_with_a_send() -> None:
    assert {remedy.value for remedy in Remedy} == {"retry", "fall_back", "review", "quarantine", "erased"}


def test_waits_double_up_to_a_bound() -> None:
    assert [backoff_s(attempts) for attempts in (0, 1, 2, 3, 10, 10_000)] == [1, 2, 4, 8, 30, 30]
