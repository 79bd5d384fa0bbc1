"""A reviewer's acts really release or stop the mail: one transaction each, for exactly what was read."""

import asyncio
from uuid import UUID

import httpx
from sqlalchemy import text

from models.database import Database
from models.draft import Origin
from models.queries import deliveries, journey, leads
from models.queries.intake import Job, JobKind
from models.states import LeadState
from models.tables.delivery import Delivery
from models.tables.journey import Review
from models.verdict import Action
from tests.ui.conftest import Browser
from tests.ui.seeds import Seeder, finding


async def act(browser: Browser, seeder: Seeder, lead_id: UUID, name: str, **fields: str) -> httpx.Response:
    """Press one of the desk's four buttons on the newest draft."""
    draft_id, sha256 = await seeder.draft_of(lead_id)
    seen = {"draft_id": str(draft_id), "content_sha256": sha256, **fields}
    return await browser.send("/", f"/review/{lead_id}/{name}", **seen)


async def standing(database: Database, lead_id: UUID) -> tuple[LeadState, Delivery | None, Review | None]:
    """Return where a lead stands, its send slot and what was done with its newest draft."""
    async with database.read() as session:
        row = await leads.lead(session, lead_id)
        review = await journey.latest_review(session, lead_id)
        return LeadState(row.state), await deliveries.delivery_of(session, row), review


async def test_approve_releases_exactly_the_bytes_that_were_read(
    anna: Browser, seeder: Seeder, database: Database, woken: list[Job]
) -> None:
    lead_id = await seeder.lead()
    answer = await act(anna, seeder, lead_id, "approve")
    state, delivery, review = await standing(database, lead_id)
    assert answer.status_code == 303
    assert state is LeadState.APPROVED
    assert delivery is not None
    assert review is not None
    assert delivery.state == "pending"
    assert delivery.message_sha256 == review.message_sha256
    assert delivery.review_id == review.id
    assert [(job.kind, job.subject_id) for job in woken] == [(JobKind.LEAD, lead_id)]


async def test_approving_leads_to_the_next_draft_and_says_what_was_done(anna: Browser, seeder: Seeder) -> None:
    first, second = await seeder.lead(), await seeder.lead()
    answer = await act(anna, seeder, first, "approve")
    assert answer.headers["location"].startswith(f"/review/{second}?")
    assert "the mail is on its way" in (await anna.get(answer.headers["location"])).text


async def test_reject_leaves_no_mail_and_keeps_the_reason(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    answer = await act(anna, seeder, lead_id, "reject", reason="not_a_lead", note="A test.")
    state, delivery, review = await standing(database, lead_id)
    assert answer.status_code == 303
    assert state is LeadState.REJECTED
    assert delivery is None
    assert review is not None
    assert review.action == "reject"
    assert "A test." in (await anna.get(f"/leads/{lead_id}")).text


async def test_reject_needs_a_reason_and_keeps_the_note(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    answer = await act(anna, seeder, lead_id, "reject", note="half a thought")
    assert answer.status_code == 422
    assert "half a thought" in answer.text
    assert (await standing(database, lead_id))[0] is LeadState.IN_REVIEW


async def test_edit_makes_a_persons_draft_that_is_checked_again(
    anna: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead(findings=(finding(),))
    before = await seeder.content_of(lead_id)
    body = before.body_text.replace("Thank you for writing", "Thank you very much for writing")
    answer = await act(anna, seeder, lead_id, "edit", subject=before.subject, body=body)
    state, delivery, _ = await standing(database, lead_id)
    after = await seeder.content_of(lead_id)
    assert answer.headers["location"] == f"/review/{lead_id}"
    assert state is LeadState.DRAFTED
    assert delivery is None
    assert [segment.origin for segment in after.body].count(Origin.PERSON) == 1
    assert after.subject_origin is Origin.MODEL
    await seeder.check(lead_id)
    assert (await act(anna, seeder, lead_id, "approve")).status_code == 303


async def test_an_edit_without_a_text_is_shown_again_with_what_was_typed(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    answer = await act(anna, seeder, lead_id, "edit", subject="Only a subject", body=" ")
    assert answer.status_code == 422
    assert 'value="Only a subject"' in answer.text
    assert "A mail needs a subject and a text." in answer.text


async def test_a_subject_cannot_carry_a_second_header(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    answer = await act(anna, seeder, lead_id, "edit", subject="Hello\r\nBcc: x@example.org", body="Text.")
    assert answer.status_code == 422


async def test_redraft_sends_the_lead_back_with_the_instruction(
    anna: Browser, seeder: Seeder, database: Database, woken: list[Job]
) -> None:
    lead_id = await seeder.lead()
    await act(anna, seeder, lead_id, "redraft", instruction="Shorter, please.")
    state, _, review = await standing(database, lead_id)
    assert state is LeadState.DRAFTING
    assert review is not None
    assert review.action == "redraft"
    assert len(woken) == 1
    assert "Shorter, please." in (await anna.get(f"/leads/{lead_id}")).text


async def test_a_blocked_draft_cannot_be_approved_not_even_by_hand(
    anna: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead(findings=(finding(Action.BLOCK),))
    page = (await anna.get(f"/review/{lead_id}")).text
    assert "A finding must be corrected first." in page
    assert "disabled" in page
    answer = await act(anna, seeder, lead_id, "approve")
    assert answer.status_code == 409
    assert (await standing(database, lead_id))[:2] == (LeadState.IN_REVIEW, None)


async def test_a_finding_that_asks_for_a_look_can_be_approved(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(findings=(finding(Action.REVIEW),))
    assert (await act(anna, seeder, lead_id, "approve")).status_code == 303


async def test_an_unchecked_draft_cannot_be_approved(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(is_checked=False)
    assert "has not checked this version" in (await anna.get(f"/review/{lead_id}")).text
    assert (await act(anna, seeder, lead_id, "approve")).status_code == 409


async def test_a_verdict_under_an_older_policy_does_not_count(
    anna: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead()
    async with database.begin() as session:
        await session.execute(text("UPDATE verdict SET campaign_digest = 'older'"))
    assert "rules changed after the check" in (await anna.get(f"/review/{lead_id}")).text
    assert (await act(anna, seeder, lead_id, "approve")).status_code == 409


async def test_a_suppressed_address_cannot_be_approved(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    async with database.begin() as session:
        row = await leads.lead(session, lead_id)
        await deliveries.suppress(session, row.email_index, reason="unsubscribed", lead_id=None)
    assert (await act(anna, seeder, lead_id, "approve")).status_code == 409
    assert (await standing(database, lead_id))[1] is None


async def test_the_second_of_two_reviewers_is_told_kindly(
    anna: Browser, berta: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead()
    answers = await asyncio.wait_for(_both(anna, berta, seeder, lead_id), timeout=60)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "Nothing of yours was applied" in late.text
    async with database.read() as session:
        count = await session.scalar(text("SELECT count(*) FROM review"))
    assert count == 1


async def test_an_older_version_cannot_be_approved(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    old_id, old_sha256 = await seeder.draft_of(lead_id)
    content = await seeder.content_of(lead_id)
    await act(anna, seeder, lead_id, "edit", subject="Another subject", body=content.body_text)
    await seeder.check(lead_id)
    seen = {"draft_id": str(old_id), "content_sha256": old_sha256}
    answer = await anna.send("/", f"/review/{lead_id}/approve", **seen)
    assert answer.status_code == 409
    assert "a newer version" in answer.text.lower()


async def test_a_late_edit_gives_the_text_back(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    seen = await seeder.draft_of(lead_id)
    await act(anna, seeder, lead_id, "reject", reason="not_a_lead")
    fields = {"draft_id": str(seen[0]), "content_sha256": seen[1], "subject": "My subject", "body": "My own words."}
    answer = await anna.send("/", f"/review/{lead_id}/edit", **fields)
    assert answer.status_code == 409
    assert "My own words." in answer.text
    assert "rejected by anna" in answer.text


async def test_a_quarantined_lead_ends_when_a_person_looked(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id, ended = [await seeder.lead(state=LeadState.QUARANTINED) for _ in range(2)]
    assert (await anna.send("/quarantine", f"/quarantine/{lead_id}", end="sent")).status_code == 303
    assert (await anna.send("/quarantine", f"/quarantine/{ended}", end="rejected")).status_code == 303
    assert (await standing(database, lead_id))[0] is LeadState.SENT
    assert (await standing(database, ended))[0] is LeadState.REJECTED
    assert (await anna.send("/", f"/quarantine/{lead_id}", end="sent")).status_code == 409
    async with database.read() as session:
        unsettled = await session.scalar(text("SELECT count(*) FROM quarantine WHERE settled_by IS NULL"))
    assert unsettled == 0


async def test_a_lead_whose_stage_failed_can_be_tried_again_and_cannot_be_called_sent(
    anna: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead(state=LeadState.ENRICHED)
    async with database.begin() as session:
        claimed = await leads.claim(session, lead_id, lease_s=60)
        assert claimed is not None
        await journey.insert_quarantine(session, lead_id, reason="score_failed")
        await leads.move(session, claimed, LeadState.QUARANTINED)
    page = (await anna.get("/quarantine")).text
    assert "Try again" in page
    assert "mark as sent" not in page
    assert (await anna.send("/quarantine", f"/quarantine/{lead_id}", end="sent")).status_code == 409
    assert (await anna.send("/quarantine", f"/quarantine/{lead_id}", end="again")).status_code == 303
    assert (await standing(database, lead_id))[0] is LeadState.ENRICHED


async def test_a_lead_whose_mail_may_have_left_cannot_be_tried_again(
    anna: Browser, seeder: Seeder, database: Database
) -> None:
    lead_id = await seeder.lead(state=LeadState.QUARANTINED)
    assert (await anna.send("/quarantine", f"/quarantine/{lead_id}", end="again")).status_code == 409
    assert (await standing(database, lead_id))[0] is LeadState.QUARANTINED


async def test_what_a_reviewer_says_without_a_draft_is_kept(anna: Browser, seeder: Seeder, database: Database) -> None:
    asked, ended = [await seeder.lead(state=LeadState.DRAFTING) for _ in range(2)]
    for lead_id in (asked, ended):
        async with database.begin() as session:
            claimed = await leads.claim(session, lead_id, lease_s=60)
            assert claimed is not None
            await leads.move(session, claimed, LeadState.IN_REVIEW)
    await anna.send("/", f"/review/{asked}/redraft", instruction="Shorter, please.")
    await anna.send("/", f"/review/{ended}/reject", reason="not_a_lead", note="A test.")
    for lead_id, action, words in ((asked, "redraft", "Shorter, please."), (ended, "reject", "A test.")):
        review = (await standing(database, lead_id))[2]
        assert review is not None
        assert (review.action, review.draft_id) == (action, None)
        assert words in (await anna.get(f"/leads/{lead_id}")).text


async def test_every_act_is_in_the_audit_by_id_only(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    await act(anna, seeder, lead_id, "reject", reason="other", note="Marco is a friend")
    async with database.read() as session:
        rows = await session.execute(text("SELECT actor, action, details::text FROM audit_entry ORDER BY id"))
        entries = [tuple(row) for row in rows]
    assert any(actor.startswith("user:") and action == "draft.reviewed" for actor, action, _ in entries)
    assert "Marco" not in str(entries)


async def _both(anna: Browser, berta: Browser, seeder: Seeder, lead_id: UUID) -> list[httpx.Response]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(act(browser, seeder, lead_id, "approve")) for browser in (anna, berta)]
    return [task.result() for task in tasks]
