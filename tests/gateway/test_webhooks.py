"""The door: what is stored, what is refused, and what the sender is told."""

import asyncio
import json

import httpx
import pytest

from models.database import Database
from models.lead import LeadDetails
from models.queries.intake import JobKind, set_paused
from models.sealing import Keyring
from models.tables.audit import AuditEntry
from models.tables.intake import Consent, DataKeyRow, InboundEvent, Lead, StagedJob
from tests.gateway.rows import count, only
from tests.gateway.written_queue import WrittenQueue

URL = "/webhooks/web-form"
LEAD = {
    "submission_id": "form-7-1",
    "email": "Marco.Rossi@Example.org",
    "name": "Marco  Rossi",
    "phone": "06 6988 3145",
    "country": "it",
    "message": "Vorrei un mutuo per una casa in classe A a Torino.",
    "consent": "Acconsento",
    "consent_at": "2026-11-23T10:00:00+01:00",
    "property_value": 280000,
}


async def _details(database: Database, keyring: Keyring) -> LeadDetails:
    lead, key_row = await only(database, Lead), await only(database, DataKeyRow)
    return LeadDetails.model_validate_json(keyring.unwrap(key_row.wrapped).open(lead.sealed_details, "details"))


async def test_accepted_lead_is_event_lead_consent_job_and_audit_entry(
    sender: httpx.AsyncClient, database: Database
) -> None:
    answer = await sender.post(URL, json=LEAD)
    assert answer.status_code == 200
    lead, event = await only(database, Lead), await only(database, InboundEvent)
    assert answer.json() == {"event_id": str(event.id), "lead_id": str(lead.id), "status": "accepted"}
    assert (await only(database, StagedJob)).subject_id == lead.id
    assert (await only(database, Consent)).given_at.isoformat() == "2026-11-23T09:00:00+00:00"
    entry = await only(database, AuditEntry)
    assert (entry.actor, entry.action, entry.lead_id) == ("gateway", "lead.received", lead.id)


async def test_worker_is_woken_with_ids_only_after_the_answer(sender: httpx.AsyncClient, queue: WrittenQueue) -> None:
    answer = await sender.post(URL, json=LEAD)
    assert [(job.kind, str(job.subject_id)) for job in queue.woken] == [(JobKind.LEAD, answer.json()["lead_id"])]


async def test_words_are_cleaned_typed_and_sealed(
    sender: httpx.AsyncClient, database: Database, keyring: Keyring
) -> None:
    await sender.post(URL, json=LEAD)
    details = await _details(database, keyring)
    assert details.contact.model_dump() == {
        "email": "marco.rossi@example.org",
        "first_name": "Marco",
        "last_name": "Rossi",
        "phone": "+390669883145",
    }
    assert (details.language, details.country, details.answers) == ("it", "IT", {"property_value": "280000"})
    lead, event = await only(database, Lead), await only(database, InboundEvent)
    assert b"Torino" not in lead.sealed_details + event.sealed_body + event.body_sha256
    assert lead.email_index == keyring.email_index("marco.rossi@example.org")


async def test_original_body_stays_as_received(sender: httpx.AsyncClient, database: Database, keyring: Keyring) -> None:
    raw = '{"email":"a@example.org",   "message":"zero\u200bwidth\u0007 \\u202eesrever"}'.encode()
    await sender.post(URL, content=raw.replace(b"\x07", b"\\u0007"), headers={"content-type": "application/json"})
    key_row, event = await only(database, DataKeyRow), await only(database, InboundEvent)
    assert keyring.unwrap(key_row.wrapped).open(event.sealed_body, "inbound_body").startswith(raw[:40])
    assert (await _details(database, keyring)).message == "zerowidth esrever"


async def test_second_delivery_of_same_webhook_stores_one_event(
    sender: httpx.AsyncClient, database: Database, queue: WrittenQueue
) -> None:
    first = await sender.post(URL, json=LEAD)
    second = await sender.post(URL, content=json.dumps(LEAD, indent=3), headers={"content-type": "application/json"})
    assert second.status_code == 200
    assert second.json() == {**first.json(), "status": "duplicate"}
    assert [await count(database, table) for table in (InboundEvent, Lead, StagedJob, DataKeyRow)] == [1, 1, 1, 1]
    assert len(queue.woken) == 1


async def test_ten_deliveries_at_once_store_one_event(sender: httpx.AsyncClient, database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        sent = [group.create_task(sender.post(URL, json=LEAD)) for _ in range(10)]
    answers = [task.result().json() for task in sent]
    assert sorted(answer["status"] for answer in answers) == ["accepted"] + ["duplicate"] * 9
    assert len({(answer["event_id"], answer["lead_id"]) for answer in answers}) == 1
    assert [await count(database, table) for table in (InboundEvent, Lead, StagedJob)] == [1, 1, 1]


async def test_same_id_with_another_body_is_a_conflict_and_changes_nothing(
    sender: httpx.AsyncClient, database: Database, keyring: Keyring
) -> None:
    await sender.post(URL, json=LEAD)
    answer = await sender.post(URL, json={**LEAD, "message": "Something else"})
    assert answer.status_code == 409
    assert answer.json()["hint"].startswith("Give every submission its own id")
    assert (await _details(database, keyring)).message == LEAD["message"]


async def test_equal_bodies_without_an_id_are_one_submission(sender: httpx.AsyncClient, database: Database) -> None:
    body = {name: value for name, value in LEAD.items() if name != "submission_id"}
    answers = [(await sender.post(URL, json=body)).json()["status"] for _ in range(2)]
    assert answers == ["accepted", "duplicate"]
    assert (await only(database, InboundEvent)).external_id.startswith("body:")


async def test_idempotency_key_header_is_the_id(sender: httpx.AsyncClient, database: Database) -> None:
    body = {"email": "a@example.org"}
    await sender.post(URL, json=body, headers={"idempotency-key": "key-1"})
    await sender.post(URL, json=body, headers={"idempotency-key": "key-2"})
    assert await count(database, InboundEvent) == 2


async def test_id_that_may_be_personal_data_is_stored_as_a_keyed_hash(
    sender: httpx.AsyncClient, database: Database
) -> None:
    await sender.post(URL, json={**LEAD, "submission_id": "marco@example.org"})
    assert "@" not in (await only(database, InboundEvent)).external_id


async def test_form_encoding_is_read_too(sender: httpx.AsyncClient, database: Database, keyring: Keyring) -> None:
    form = {"e-mail": "a@example.org", "Nome": "Zoë", "interest": ["solar", "windows"]}
    assert (await sender.post(URL, data=form)).status_code == 200
    details = await _details(database, keyring)
    assert (details.contact.first_name, details.answers) == ("Zoë", {"interest": "solar, windows"})


@pytest.mark.parametrize(
    ("email", "reason"),
    [(None, "email_missing"), ("", "email_missing"), ("no at sign", "email_invalid"), (7, "email_invalid")],
)
async def test_lead_without_a_valid_address_is_an_event_and_no_lead(
    sender: httpx.AsyncClient, database: Database, email: object, reason: str
) -> None:
    answer = await sender.post(URL, json={**LEAD, "email": email})
    assert answer.status_code == 422
    assert "submission_id" in answer.json()["hint"]
    event = await only(database, InboundEvent)
    assert (event.state, event.reason) == ("refused", reason)
    assert await count(database, Lead) == await count(database, StagedJob) == 0
    again = await sender.post(URL, json={**LEAD, "email": email})
    assert (again.status_code, await count(database, InboundEvent)) == (422, 1)


@pytest.mark.parametrize("source", ["unknown", "meta", "WEB-FORM", "%00", "web-form%0a", "", "web-form/", "a/b"])
async def test_unknown_source_is_401_and_never_404(sender: httpx.AsyncClient, source: str) -> None:
    answer = await sender.post(f"/webhooks/{source}", json=LEAD)
    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic token-of-the-form", "Bearer \u00e9"])
async def test_wrong_token_is_401_and_stores_nothing(
    sender: httpx.AsyncClient, database: Database, header: str
) -> None:
    answer = await sender.post(URL, json=LEAD, headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert await count(database, InboundEvent) == 0


@pytest.mark.usefixtures("connection")
async def test_token_is_checked_before_the_body_is_read_as_anything(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, content=b"{", headers={"content-type": "text/plain"})).status_code == 401


async def test_paused_connection_keeps_its_senders_trying(sender: httpx.AsyncClient, database: Database) -> None:
    async with database.begin() as session:
        await set_paused(session, "form", paused=True)
    answer = await sender.post(URL, json=LEAD)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "application/json; charset=utf-16"])
async def test_other_content_types_are_415(sender: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert (await sender.post(URL, content=json.dumps(LEAD).encode(), headers=headers)).status_code == 415


@pytest.mark.parametrize("size", [19_999, 20_000])
async def test_body_up_to_the_limit_is_read(sender: httpx.AsyncClient, size: int) -> None:
    empty = len(json.dumps({"email": "a@example.org", "message": ""}))
    body = json.dumps({"email": "a@example.org", "message": "m" * (size - empty)}).encode()
    assert len(body) == size
    assert (await sender.post(URL, content=body, headers={"content-type": "application/json"})).status_code == 200


async def test_larger_body_is_413_by_its_declared_length(sender: httpx.AsyncClient, database: Database) -> None:
    answer = await sender.post(URL, content=b"{" + b" " * 20_000, headers={"content-type": "application/json"})
    assert (answer.status_code, await count(database, InboundEvent)) == (413, 0)


async def test_larger_body_is_413_while_it_arrives(sender: httpx.AsyncClient) -> None:
    sent = 0

    async def endless():  # noqa: ANN202
        nonlocal sent
        while sent < 1_000_000:
            sent += 5_000
            yield b" " * 5_000

    answer = await sender.post(URL, content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert sent <= 30_000


async def test_errors_have_one_shape(sender: httpx.AsyncClient) -> None:
    answer = await sender.post(URL, content=b"{", headers={"content-type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The body is not JSON.",
        "hint": "Send one JSON object in UTF-8.",
    }
