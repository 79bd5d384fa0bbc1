"""Salesforce at the wire: tokens, queries, leads, tasks, and what each failure means."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import system_clock
from tests.fakes.salesforce import FakeSalesforce
from tests.fakes.soql import parse
from tests.fakes.wire import GARBAGE, LOST_ANSWER, RESET, Fault
from worker.crm.protocol import ContactFields, Crm, CrmContact, CrmId, MailActivity, ReviewTask
from worker.crm.salesforce import NOT_PROVIDED, Salesforce, escape_soql
from worker.crm.salesforce_session import SalesforceAccount
from worker.transport import TransportError

DUE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MARCO = ContactFields("marco@example.it", first_name="Marco", last_name="Rossi", phone="+390612345678", key="0193-lead")


def task(contact_id: str, key: str = "lead-1") -> ReviewTask:
    return ReviewTask(CrmId(contact_id), "https://leads.example.com/review/1", DUE, key)


def lead_of(org: FakeSalesforce, **fields: object) -> str:
    known = {
        "Email": "marco@example.it",
        "LastName": "Rossi",
        "Company": "Rossi Srl",
        "Status": "Open",
        "OwnerId": "005",
    }
    return org.add("Lead", **(known | fields))


async def test_an_unconverted_lead_is_found_before_a_contact(salesforce: Crm, org: FakeSalesforce) -> None:
    org.add("Contact", Email="marco@example.it", LastName="Rossi")
    lead = lead_of(org, FirstName="Marco")
    found = await salesforce.find_contact("Marco@example.it")
    assert found == CrmContact(CrmId(lead), "Marco", "Rossi", status="Open", lifecycle="lead", owner_id="005")


async def test_a_converted_lead_is_known_as_a_contact(salesforce: Crm, org: FakeSalesforce) -> None:
    lead_of(org, IsConverted=True)
    contact = org.add("Contact", Email="marco@example.it", LastName="Rossi")
    found = await salesforce.find_contact("marco@example.it")
    assert found is not None
    assert (found.id, found.lifecycle) == (contact, "contact")


async def test_an_opt_out_on_any_record_of_the_address_counts(salesforce: Crm, org: FakeSalesforce) -> None:
    lead_of(org)
    org.add("Contact", Email="marco@example.it", LastName="Rossi", HasOptedOutOfEmail=True)
    found = await salesforce.find_contact("marco@example.it")
    assert found is not None
    assert found.opted_out


async def test_an_unknown_address_is_none(salesforce: Crm) -> None:
    assert await salesforce.find_contact("nobody@example.com") is None


@pytest.mark.parametrize("email", ["o'brien@example.ie", "back\\slash'@example.com", "a\n'b@example.com"])
async def test_quotes_in_an_address_stay_inside_the_query(salesforce: Crm, org: FakeSalesforce, email: str) -> None:
    lead_of(org, Email="someone-else@example.com")
    mine = lead_of(org, Email=email)
    found = await salesforce.find_contact(email)
    assert found is not None
    assert found.id == mine


async def test_an_injected_condition_finds_nobody(salesforce: Crm, org: FakeSalesforce) -> None:
    lead_of(org)
    assert await salesforce.find_contact("x' OR Email != '") is None


@given(st.text())
def test_any_text_between_quotes_comes_out_as_it_went_in(text: str) -> None:
    soql = "SELECT Id FROM Lead WHERE Email = '{email}' AND IsConverted = false LIMIT 5"
    query = parse(soql.format(email=escape_soql(text)))
    assert query.where == {"Email": text, "IsConverted": False}


def test_soql_escapes() -> None:
    assert escape_soql("a'b\\c\nd") == "a\\'b\\\\c\\nd"


async def test_no_personal_data_is_in_any_url(salesforce: Crm, org: FakeSalesforce) -> None:
    lead = await salesforce.upsert_contact(MARCO)
    await salesforce.create_task(task(lead))
    for request in org.requests:
        assert "marco" not in (request.path + str(request.query)).lower()


async def test_upsert_creates_a_lead_with_placeholders_for_what_it_must_have(
    salesforce: Crm, org: FakeSalesforce
) -> None:
    lead = await salesforce.upsert_contact(ContactFields("anna@example.com", first_name="Anna"))
    record = org.records["Lead"][lead]
    assert (record["FirstName"], record["LastName"], record["Company"]) == ("Anna", NOT_PROVIDED, NOT_PROVIDED)


async def test_upsert_fills_blanks_and_renames_nobody(salesforce: Crm, org: FakeSalesforce) -> None:
    lead = lead_of(org, FirstName="Marco Antonio", LastName=NOT_PROVIDED, Phone=None)
    assert await salesforce.upsert_contact(MARCO) == lead
    record = org.records["Lead"][lead]
    assert (record["FirstName"], record["LastName"], record["Phone"]) == ("Marco Antonio", "Rossi", "+390612345678")


async def test_upsert_of_a_contact_fills_the_contact(salesforce: Crm, org: FakeSalesforce) -> None:
    contact = org.add("Contact", Email="marco@example.it", LastName="Rossi")
    assert await salesforce.upsert_contact(MARCO) == contact
    assert org.records["Contact"][contact]["FirstName"] == "Marco"


async def test_upsert_repeated_after_a_lost_answer_makes_one_lead(salesforce: Crm, org: FakeSalesforce) -> None:
    org.fail(None, None, LOST_ANSWER)
    with pytest.raises(TransportError) as lost:
        await salesforce.upsert_contact(MARCO)
    assert lost.value.retryable
    await salesforce.upsert_contact(MARCO)
    assert len(org.records["Lead"]) == 1


async def test_an_external_id_is_written_and_recognised(
    account: SalesforceAccount, org: FakeSalesforce, client: httpx.AsyncClient
) -> None:
    crm = Salesforce(replace(account, external_id_field="Leadkeep_Id__c"), client, system_clock)
    lead = await crm.upsert_contact(MARCO)
    assert org.records["Lead"][lead]["Leadkeep_Id__c"] == "0193-lead"
    org.records["Lead"][lead]["Email"] = "changed@example.it"
    assert await crm.upsert_contact(MARCO) == lead


async def test_several_leads_with_one_external_id_are_refused_unwritten(
    account: SalesforceAccount, org: FakeSalesforce, client: httpx.AsyncClient
) -> None:
    crm = Salesforce(replace(account, external_id_field="Leadkeep_Id__c"), client, system_clock)
    for _ in range(2):
        lead_of(org, Email="other@example.it", Leadkeep_Id__c="0193-lead")
    with pytest.raises(TransportError, match="several leads") as refused:
        await crm.upsert_contact(MARCO)
    assert refused.value.permanent


async def test_an_external_id_field_must_be_a_field_name(account: SalesforceAccount, client: httpx.AsyncClient) -> None:
    crm = Salesforce(replace(account, external_id_field="../Account"), client, system_clock)
    with pytest.raises(TransportError, match="not a field name"):
        await crm.upsert_contact(MARCO)


async def test_a_duplicate_rule_refuses_unless_the_operator_allows(
    salesforce: Crm, account: SalesforceAccount, org: FakeSalesforce, client: httpx.AsyncClient
) -> None:
    org.duplicate_rule = True
    with pytest.raises(TransportError, match="DUPLICATES_DETECTED") as refused:
        await salesforce.upsert_contact(MARCO)
    assert refused.value.permanent
    await Salesforce(replace(account, allow_duplicates=True), client, system_clock).upsert_contact(MARCO)
    assert len(org.records["Lead"]) == 1


async def test_a_task_carries_our_link_and_belongs_to_the_lead(salesforce: Crm, org: FakeSalesforce) -> None:
    lead = lead_of(org)
    task_id = await salesforce.create_task(replace(task(lead), owner_id="005dM000000001"))
    record = org.records["Task"][task_id]
    assert record["WhoId"] == lead
    assert record["Subject"] == "AI draft to review"
    assert record["ActivityDate"] == "2026-11-24"
    assert record["OwnerId"] == "005dM000000001"
    assert record["Description"] == "https://leads.example.com/review/1\nLeadkeep reference: lead-1"


async def test_a_task_repeated_after_a_lost_answer_is_made_once(salesforce: Crm, org: FakeSalesforce) -> None:
    lead = lead_of(org)
    org.fail(None, None, LOST_ANSWER)
    with pytest.raises(TransportError):
        await salesforce.create_task(task(lead))
    task_id = await salesforce.create_task(task(lead))
    assert list(org.records["Task"]) == [task_id]


async def test_a_task_is_recognised_on_a_later_page(salesforce: Crm, org: FakeSalesforce) -> None:
    org.page_size = 2
    lead = lead_of(org)
    made = [await salesforce.create_task(task(lead, f"lead-{number}")) for number in range(5)]
    assert await salesforce.create_task(task(lead, "lead-0")) == made[0]


async def test_a_sent_mail_is_noted_once_as_a_completed_task(salesforce: Crm, org: FakeSalesforce) -> None:
    sent = MailActivity(CrmId(lead_of(org)), "https://leads.example.com/leads/1", DUE, "delivery-1")
    first = await salesforce.log_activity(sent)
    assert await salesforce.log_activity(sent) == first
    assert org.records["Task"][first]["Status"] == "Completed"


async def test_tasks_carry_the_org_s_own_statuses(
    account: SalesforceAccount, org: FakeSalesforce, client: httpx.AsyncClient
) -> None:
    renamed = replace(account, task_status="Da fare", task_done_status="Fatto")
    crm = Salesforce(renamed, client, system_clock)
    lead = lead_of(org)
    open_task = await crm.create_task(task(lead))
    done = await crm.log_activity(MailActivity(CrmId(lead), "https://leads.example.com/leads/1", DUE, "delivery-1"))
    assert [org.records["Task"][made]["Status"] for made in (open_task, done)] == ["Da fare", "Fatto"]


async def test_a_hidden_field_says_what_to_do(salesforce: Crm, org: FakeSalesforce) -> None:
    org.hidden_fields.add("HasOptedOutOfEmail")
    with pytest.raises(TransportError, match="INVALID_FIELD") as refused:
        await salesforce.find_contact("marco@example.it")
    assert refused.value.permanent
    assert "field-level security" in refused.value.hint


async def test_a_locked_row_or_a_used_up_limit_is_retryable(salesforce: Crm, org: FakeSalesforce) -> None:
    await salesforce.check()
    for status, code in ((400, "UNABLE_TO_LOCK_ROW"), (403, "REQUEST_LIMIT_EXCEEDED")):
        org.fail(Fault(status=status, body=f'[{{"message":"x","errorCode":"{code}"}}]'.encode()))
        with pytest.raises(TransportError, match=code) as busy:
            await salesforce.find_contact("marco@example.it")
        assert busy.value.retryable


@pytest.mark.parametrize(
    "fault",
    [
        RESET,
        GARBAGE,
        Fault(status=503),
        Fault(status=200, body=b"{}"),
        Fault(status=200, body=b'{"compositeResponse":[1]}'),
        Fault(status=200, body=b'{"compositeResponse":[{"referenceId":"leads","httpStatusCode":200,"body":{}}]}'),
        Fault(status=200, body=b'{"compositeResponse":[{"referenceId":"leads","httpStatusCode":500,"body":null}]}'),
    ],
)
async def test_a_fault_never_looks_like_an_unknown_contact(salesforce: Crm, org: FakeSalesforce, fault: Fault) -> None:
    await salesforce.check()
    org.fail(fault)
    with pytest.raises(TransportError):
        await salesforce.find_contact("marco@example.it")
