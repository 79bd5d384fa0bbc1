"""The table of moves: complete, and the same in the database."""

import sqlalchemy as sa

from models.database import Database
from models.states import ACTIVE, RETRYABLE, STAGE_OF, TERMINAL, TRANSITIONS, LeadState


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(LeadState)


def test_every_active_state_has_a_stage_and_a_way_out() -> None:
    assert set(STAGE_OF) == ACTIVE
    assert all(TRANSITIONS[state] for state in ACTIVE)


def test_no_terminal_state_leads_back_but_the_drip_and_a_person_before_any_draft() -> None:
    back = {(state, target) for state in TERMINAL for target in TRANSITIONS[state] if target not in TERMINAL}
    again = {(LeadState.QUARANTINED, target) for target in RETRYABLE}
    assert back == {(LeadState.ENROLLED, LeadState.DRAFTING)} | again


def test_a_lead_that_has_a_draft_is_never_tried_again_from_quarantine() -> None:
    assert RETRYABLE.isdisjoint({LeadState.DRAFTING, LeadState.DRAFTED, LeadState.CHECKED, LeadState.APPROVED})


def test_nothing_is_sent_but_by_way_of_approved_or_a_person() -> None:
    before_sent = {state for state, targets in TRANSITIONS.items() if LeadState.SENT in targets}
    assert before_sent == {LeadState.APPROVED, LeadState.QUARANTINED}


async def test_the_database_knows_the_same_moves(database: Database) -> None:
    async with database.read() as session:
        rows = await session.execute(sa.text("SELECT from_state, to_state FROM allowed_move WHERE kind = 'lead'"))
        stored = {tuple(row) for row in rows}
    assert stored == {(str(state), str(target)) for state, targets in TRANSITIONS.items() for target in targets}
