"""HubSpot at the wire: what is asked, what a repetition does, and what each failure means."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.wire import GARBAGE, LOST_ANSWER, RESET, Fault, huge
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.crm.protocol import ContactFields, Crm, CrmContact, CrmId, MailActivity, ReviewTask
from worker.transport import TransportError

DUE = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=1)))
MARCO = ContactFields("marco@example.it", first_name="Marco", last_name="Rossi", phone="+390612345678")


@pytest.fixture
async def hubspot() -> AsyncIterator[FakeHubSpot]:
    async with FakeHubSpot() as server:
        yield server


@pytest.fixture
def crm(hubspot: FakeHubSpot, client: httpx.AsyncClient) -> Crm:
    return HubSpot(HubSpotAccount(hubspot.token, base_url=hubspot.url, owner_id="32900489"), client)


def task(contact_id: str, key: str = "lead-1") -> ReviewTask:
    return ReviewTask(CrmId(contact_id), "https://leads.example.com/review/1?a=b&c=d", DUE, key)


async def test_a_known_contact_is_found_by_email(crm: Crm, hubspot: FakeHubSpot) -> None:
    known = hubspot.add_contact(
        email="marco@example.it",
        firstname="Marco",
        lastname=None,
        lifecyclestage="customer",
        hs_lead_status="OPEN",
        hubspot_owner_id="88842095",
        hs_email_optout="true",
    )
    assert await crm.find_contact("marco@example.it") == CrmContact(
        CrmId(known), "Marco", "", status="OPEN", lifecycle="customer", owner_id="88842095", opted_out=True
    )


async def test_an_unknown_contact_is_none(crm: Crm) -> None:
    assert await crm.find_contact("nobody@example.com") is None


async def test_no_personal_data_is_in_any_url(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = await crm.upsert_contact(MARCO)
    await crm.create_task(task(contact_id))
    for request in hubspot.requests:
        assert "marco" not in (request.path + str(request.query)).lower()


async def test_upsert_creates_a_contact_with_what_is_known(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = await crm.upsert_contact(MARCO)
    assert hubspot.memory.contacts == {
        contact_id: {
            "email": "marco@example.it",
            "firstname": "Marco",
            "lastname": "Rossi",
            "phone": "+390612345678",
        }
    }


async def test_upsert_fills_blanks_and_renames_nobody(crm: Crm, hubspot: FakeHubSpot) -> None:
    known = hubspot.add_contact(email="marco@example.it", firstname="Marco Antonio", phone="")
    assert await crm.upsert_contact(MARCO) == known
    assert hubspot.memory.contacts[known]["firstname"] == "Marco Antonio"
    assert hubspot.memory.contacts[known]["phone"] == "+390612345678"


async def test_upsert_of_a_complete_contact_writes_nothing(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.add_contact(email="marco@example.it", firstname="M", lastname="R", phone="1")
    await crm.upsert_contact(MARCO)
    assert [request.path.rsplit("/", 1)[1] for request in hubspot.requests] == ["search"]


async def test_upsert_repeated_while_search_lags_makes_one_contact(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.search_lags = True
    first = await crm.upsert_contact(MARCO)
    assert await crm.upsert_contact(MARCO) == first
    assert len(hubspot.memory.contacts) == 1


async def test_upsert_repeated_after_a_lost_answer_makes_one_contact(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.fail(None, LOST_ANSWER)
    with pytest.raises(TransportError):
        await crm.upsert_contact(MARCO)
    await crm.upsert_contact(MARCO)
    assert len(hubspot.memory.contacts) == 1


async def test_a_conflict_names_the_existing_contact(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.secondary_emails["marco@example.it"] = "6001"
    assert await crm.upsert_contact(MARCO) == "6001"


async def test_a_task_carries_our_link_and_belongs_to_the_contact(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = hubspot.add_contact(email="marco@example.it")
    task_id = await crm.create_task(task(contact_id))
    (made,) = hubspot.memory.tasks
    assert (made.id, made.contact_id) == (task_id, contact_id)
    assert made.properties == {
        "hs_timestamp": "2026-11-24T09:00:00.000Z",
        "hs_task_subject": "AI draft to review",
        "hs_task_body": "https://leads.example.com/review/1?a=b&amp;c=d<br>Leadkeep reference: lead-1",
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "HIGH",
        "hs_task_type": "EMAIL",
        "hubspot_owner_id": "32900489",
    }


async def test_a_task_repeated_after_a_lost_answer_is_made_once(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = hubspot.add_contact(email="marco@example.it")
    hubspot.search_lags = True
    hubspot.fail(None, None, LOST_ANSWER)
    with pytest.raises(TransportError) as lost:
        await crm.create_task(task(contact_id))
    assert lost.value.retryable
    task_id = await crm.create_task(task(contact_id))
    assert [made.id for made in hubspot.memory.tasks] == [task_id]


async def test_two_leads_of_one_contact_get_two_tasks(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = hubspot.add_contact(email="marco@example.it")
    await crm.create_task(task(contact_id, "lead-1"))
    await crm.create_task(task(contact_id, "lead-2"))
    assert len(hubspot.memory.tasks) == 2


async def test_a_contact_with_many_tasks_still_recognises_the_newest(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = hubspot.add_contact(email="marco@example.it")
    made = [await crm.create_task(task(contact_id, f"lead-{number}")) for number in range(120)]
    assert await crm.create_task(task(contact_id, "lead-119")) == made[-1]


async def test_the_association_type_is_the_accounts_own_and_read_once(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.association_types["tasks"] = 1204
    contact_id = hubspot.add_contact(email="marco@example.it")
    await crm.create_task(task(contact_id, "lead-1"))
    await crm.create_task(task(contact_id, "lead-2"))
    assert len([request for request in hubspot.requests if request.path.endswith("labels")]) == 1


async def test_an_unreadable_schema_falls_back_to_the_documented_type(crm: Crm, hubspot: FakeHubSpot) -> None:
    hubspot.schema_is_readable = False
    contact_id = hubspot.add_contact(email="marco@example.it")
    await crm.create_task(task(contact_id))
    assert len(hubspot.memory.tasks) == 1


async def test_a_sent_mail_is_noted_once(crm: Crm, hubspot: FakeHubSpot) -> None:
    contact_id = hubspot.add_contact(email="marco@example.it")
    sent = MailActivity(CrmId(contact_id), "https://leads.example.com/leads/1", datetime(2026, 1, 1, tzinfo=UTC), "d-1")
    first = await crm.log_activity(sent)
    assert await crm.log_activity(sent) == first
    (note,) = hubspot.memory.notes
    assert note.properties["hs_note_body"].startswith("Mail sent<br>https://leads.example.com/leads/1<br>")


async def test_the_older_layout_of_paths_works_too(client: httpx.AsyncClient) -> None:
    async with FakeHubSpot(version="v3") as server:
        crm = HubSpot(HubSpotAccount(server.token, base_url=server.url, api_version="v3"), client)
        await crm.create_task(task(await crm.upsert_contact(MARCO)))
        assert len(server.memory.tasks) == 1
        assert server.requests[0].path == "/crm/v3/objects/contacts/search"


async def test_check_reads_nobodys_data(crm: Crm, hubspot: FakeHubSpot) -> None:
    await crm.check()
    (request,) = hubspot.requests
    assert request.json["filterGroups"][0]["filters"][0]["value"].endswith(".invalid")


async def test_a_wrong_token_waits_for_a_new_one_and_says_what_to_do(
    hubspot: FakeHubSpot, client: httpx.AsyncClient
) -> None:
    crm = HubSpot(HubSpotAccount("wrong", base_url=hubspot.url), client)
    with pytest.raises(TransportError) as refused:
        await crm.check()
    assert refused.value.retryable
    assert refused.value.message == "hubspot: HTTP 401 INVALID_AUTHENTICATION"
    assert "token" in refused.value.hint


async def test_a_token_that_no_header_can_carry_is_permanent(hubspot: FakeHubSpot, client: httpx.AsyncClient) -> None:
    crm = HubSpot(HubSpotAccount("pat-eu1-…", base_url=hubspot.url), client)
    with pytest.raises(TransportError, match="cannot be written") as refused:
        await crm.find_contact("marco@example.it")
    assert refused.value.permanent


def test_the_token_is_in_no_representation() -> None:
    assert "hush" not in repr(HubSpotAccount("hush"))


async def test_a_rate_limit_says_how_long_to_wait(crm: Crm, hubspot: FakeHubSpot) -> None:
    body = b'{"status":"error","message":"You have reached your secondly limit.","policyName":"SECONDLY"}'
    hubspot.fail(Fault(status=429, body=body, headers={"Retry-After": "10"}))
    with pytest.raises(TransportError) as limited:
        await crm.find_contact("marco@example.it")
    assert limited.value.retryable
    assert limited.value.retry_after_s == 10
    assert limited.value.message == "hubspot: HTTP 429 SECONDLY"


@pytest.mark.parametrize(
    "fault",
    [
        RESET,
        GARBAGE,
        huge(),
        Fault(status=500),
        Fault(status=200, body=b"[]"),
        Fault(status=200, body=b"{}"),
        Fault(status=200, body=b'{"results":[{}]}'),
    ],
)
async def test_a_fault_never_looks_like_an_unknown_contact(crm: Crm, hubspot: FakeHubSpot, fault: Fault) -> None:
    hubspot.fail(fault)
    with pytest.raises(TransportError):
        await crm.find_contact("marco@example.it")


async def test_a_quoted_address_in_an_error_stays_out_of_ours(crm: Crm, hubspot: FakeHubSpot) -> None:
    body = b'{"status":"error","message":"marco@example.it is not valid","category":"VALIDATION_ERROR"}'
    hubspot.fail(None, Fault(status=400, body=body))
    with pytest.raises(TransportError) as refused:
        await crm.upsert_contact(MARCO)
    assert "marco" not in f"{refused.value.message} {refused.value.hint}"
