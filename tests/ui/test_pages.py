"""Every page renders from real rows, answers whom it should, and keeps a lead's words inert."""

import re

import pytest
from sqlalchemy import text

from models.database import Database
from models.lead import Contact, Context, EarlierLead
from models.policy import Language
from models.states import LeadState
from tests.conftest import NOW
from tests.samples import sample_lead
from tests.ui.conftest import Browser
from tests.ui.seeds import Plan, Seeder, finding
from ui.answers import HEADERS

REACHABLE = [state for state in LeadState if state not in {LeadState.SUPPRESSED, LeadState.ERASED, LeadState.APPROVED}]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|<[a-z][^<>]*\s(?:on[a-z]+|style)=", re.IGNORECASE)
HOSTILE = sample_lead(
    "<script>alert(1)</script> {{ 7*7 }} \u202eevil\u202c zero\u200bwidth",
    contact=Contact(email="x@example.org", first_name="<img src=x onerror=alert(1)>", last_name="\u202eROSSI"),
    answers={'"><b>key': "</dd><script>alert(2)</script>"},
)


async def test_the_empty_list_tells_how_to_send_the_first_lead(anna: Browser) -> None:
    page = await anna.get("/")
    assert page.status_code == 200
    assert "curl http://desk.test/webhooks/web-form" in page.text


async def test_a_lead_in_any_state_has_its_page_and_its_line(anna: Browser, seeder: Seeder) -> None:
    for state in REACHABLE:
        lead_id = await seeder.lead(state=state)
        page = await anna.get(f"/leads/{lead_id}")
        assert page.status_code == 200
        assert "Marco Rossi" in page.text
        listed = await anna.get(f"/?state={state}")
        assert f'href="/leads/{lead_id}"' in listed.text


async def test_hostile_words_stay_text_on_every_page(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(details=HOSTILE)
    await seeder.lead(details=HOSTILE, state=LeadState.QUARANTINED)
    for path in ("/", "/review", "/quarantine", f"/leads/{lead_id}", f"/review/{lead_id}"):
        page = (await anna.get(path)).text
        assert "&lt;img src=x" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page
        assert "\u200b" not in page
        assert not INLINE.search(page)


async def test_unseen_characters_are_shown_by_number_and_name(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(details=HOSTILE)
    page = (await anna.get(f"/review/{lead_id}")).text
    assert '<abbr class="unseen" title="right-to-left override">U+202E</abbr>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page


async def test_an_italian_lead_is_marked_as_italian(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(details=sample_lead("Vorrei un mutuo.", language=Language.IT))
    page = (await anna.get(f"/review/{lead_id}")).text
    assert '<blockquote lang="it">' in page
    assert '<div class="mail" lang="it">' in page


async def test_the_score_says_what_it_is_not(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(score=82)
    for path in (f"/leads/{lead_id}", f"/review/{lead_id}"):
        page = (await anna.get(path)).text
        assert "Response priority, never creditworthiness." in page
        assert "names the energy class" in page


async def test_a_returning_person_is_recognised_on_the_page(anna: Browser, seeder: Seeder) -> None:
    before = await seeder.lead(state=LeadState.SENT)
    earlier = EarlierLead(lead_id=str(before), campaign="green-mortgage", state="sent", received_at=NOW, score=70)
    lead_id = await seeder.lead(context=Context(earlier=(earlier,)))
    page = (await anna.get(f"/review/{lead_id}")).text
    assert "returning" in page
    assert f'href="/leads/{before}"' in page


async def test_the_queue_shows_why_and_how_grave(anna: Browser, seeder: Seeder) -> None:
    await seeder.lead(findings=(finding(),))
    page = (await anna.get("/review")).text
    assert "The engine was not sure enough, of its words or of its score." in page
    assert "1 finding, must change" in page


async def test_the_queue_can_be_ordered_by_score(anna: Browser, seeder: Seeder) -> None:
    low, high = await seeder.lead(score=61), await seeder.lead(score=90)
    oldest, by_score = (await anna.get("/review")).text, (await anna.get("/review?order=score")).text
    assert oldest.index(str(low)) < oldest.index(str(high))
    assert by_score.index(str(high)) < by_score.index(str(low))


async def test_a_campaign_that_sends_by_threshold_is_shown_as_not_certified(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(findings=(finding(place="body[1]", start=0, end=9),))
    assert "not certified" in (await anna.get(f"/review/{lead_id}")).text


async def test_a_finding_shows_its_place_and_the_rule_behind_it(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(findings=(finding(place="body[1]", start=0, end=9),))
    page = (await anna.get(f"/review/{lead_id}")).text
    assert '<mark class="found">Thank you</mark><a class="pin" href="#finding-1"' in page
    assert "Approval, credit or a rate promised" in page
    assert "Directive 2014/17/EU" in page


async def test_the_list_goes_on_page_by_page(anna: Browser, seeder: Seeder, monkeypatch: pytest.MonkeyPatch) -> None:
    leads = [await seeder.lead(state=LeadState.RECEIVED) for _ in range(3)]
    monkeypatch.setattr("models.queries.desk.PAGE_LIMIT", 2)
    newest = (await anna.get("/")).text
    assert str(leads[2]) in newest
    older = (await anna.get(f"/?before={leads[1]}")).text
    assert str(leads[0]) in older
    assert str(leads[2]) not in older


async def test_one_damaged_lead_hides_no_other(anna: Browser, seeder: Seeder, database: Database) -> None:
    damaged, whole = [await seeder.lead() for _ in range(2)]
    async with database.begin() as session:
        await session.execute(text("UPDATE lead SET sealed_details = 'x' WHERE id = :id"), {"id": damaged})
    listed = (await anna.get("/")).text
    assert "cannot be read" in listed
    assert str(whole) in listed
    page = await anna.get(f"/leads/{damaged}")
    assert (page.status_code, "cannot be read" in page.text, "was erased" in page.text) == (200, True, False)


async def test_an_erased_lead_still_has_its_timeline(anna: Browser, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    async with database.begin() as session:
        await session.execute(text("UPDATE data_key SET wrapped = NULL"))
        await session.execute(text("UPDATE lead SET state = 'erased', due_at = NULL"))
    page = await anna.get(f"/leads/{lead_id}")
    assert page.status_code == 200
    assert "This lead was erased" in page.text
    assert "Marco" not in page.text
    assert "erased" in (await anna.get("/")).text
    assert (await anna.get(f"/review/{lead_id}")).status_code == 410


async def test_htmx_gets_the_fragment_alone_and_stops_when_nothing_moves(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    queue = await anna.get("/review", **{"HX-Request": "true"})
    assert queue.status_code == 200
    assert "<html" not in queue.text
    item = await anna.get(f"/review/{lead_id}", **{"HX-Request": "true"})
    assert item.status_code == 286
    assert "<html" not in item.text


async def test_a_draft_that_is_being_checked_refreshes_by_itself(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(state=LeadState.DRAFTED)
    page = (await anna.get(f"/review/{lead_id}")).text
    assert 'hx-trigger="every 2s"' in page
    assert "The guard checks this version." in page


async def test_what_is_not_there_is_a_page_that_says_what_to_do(anna: Browser) -> None:
    for path in ("/leads/not-an-id", "/review/01930000-0000-7000-8000-000000000001"):
        page = await anna.get(path)
        assert page.status_code == 404
        assert "There is nothing here" in page.text


async def test_every_answer_carries_the_security_headers(anna: Browser) -> None:
    for path in ("/", "/login", "/leads/not-an-id"):
        answer = await anna.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_a_lead_without_any_draft_can_still_be_looked_at(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead(Plan(state=LeadState.ENRICHED))
    async with seeder.database.begin() as session:
        await session.execute(text("UPDATE lead SET state = 'in_review', due_at = NULL"))
    page = await anna.get(f"/review/{lead_id}")
    assert page.status_code == 200
    assert "There is no draft" in page.text
    assert "no draft could be written" in (await anna.get("/review")).text


async def test_the_outbox_is_for_operators_and_only_where_mail_stays(anna: Browser, berta: Browser) -> None:
    assert (await anna.get("/outbox")).status_code == 403
    assert (await berta.get("/outbox")).status_code == 404
