"""The way out that every mail carries."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from models.approval import Links
from models.database import Database
from models.queries import deliveries
from models.queries.journey import is_suppressed
from models.queries.leads import lead as read_lead
from models.sealing import Keyring
from models.tables.audit import AuditEntry
from models.tables.delivery import Outcome, Suppression
from tests.gateway.conftest import PUBLIC_URL
from tests.gateway.rows import count, only
from tests.journey_rows import add_lead


@pytest.fixture
async def lead_id(database: Database, keyring: Keyring) -> UUID:
    return await add_lead(database, keyring)


@pytest.fixture
def link(keyring: Keyring, lead_id: UUID) -> str:
    return Links(PUBLIC_URL, keyring).unsubscribe(lead_id)


async def _state(database: Database, lead_id: UUID) -> str:
    async with database.read() as session:
        return (await read_lead(session, lead_id)).state


async def test_get_only_asks(client: httpx.AsyncClient, database: Database, link: str, lead_id: UUID) -> None:
    page = await client.get(link)
    assert page.status_code == 200
    assert 'method="post"' in page.text
    assert "Annulla" in page.text
    assert await count(database, Suppression) == 0
    assert await _state(database, lead_id) == "received"


async def test_one_click_post_without_cookies_stops_every_lead_of_the_address(
    client: httpx.AsyncClient, database: Database, keyring: Keyring, link: str, lead_id: UUID
) -> None:
    another = await add_lead(database, keyring)
    answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [await _state(database, one) for one in (lead_id, another)] == ["suppressed", "suppressed"]
    assert (await only(database, Outcome)).kind == "unsubscribed"
    async with database.read() as session:
        assert await is_suppressed(session, keyring.email_index("marco.rossi@example.org"))
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["lead.moved", "lead.moved", "lead.unsubscribed"]


async def test_second_click_changes_nothing(client: httpx.AsyncClient, database: Database, link: str) -> None:
    for _ in range(2):
        assert (await client.post(link)).status_code == 200
    assert await count(database, Outcome) == await count(database, Suppression) == 1


async def test_unsubscribing_after_a_bounce_is_recorded_and_stops_what_is_under_way(
    client: httpx.AsyncClient, database: Database, keyring: Keyring, link: str, lead_id: UUID
) -> None:
    async with database.begin() as session:
        index = keyring.email_index("marco.rossi@example.org")
        await deliveries.suppress(session, index, reason="bounced", lead_id=lead_id)
    for _ in range(2):
        assert (await client.post(link)).status_code == 200
    assert await _state(database, lead_id) == "suppressed"
    assert (await only(database, Outcome)).kind == "unsubscribed"
    assert (await only(database, Suppression)).reason == "bounced"
    async with database.read() as session:
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["lead.moved", "lead.unsubscribed"]


async def test_clicks_at_the_same_time_are_one(client: httpx.AsyncClient, database: Database, link: str) -> None:
    async with asyncio.TaskGroup() as group:
        clicks = [group.create_task(client.post(link)) for _ in range(4)]
    assert {click.result().status_code for click in clicks} == {200}
    assert await count(database, Outcome) == await count(database, Suppression) == 1


async def test_page_of_a_lead_names_nobody(client: httpx.AsyncClient, link: str) -> None:
    pages = [(await client.get(link)).text, (await client.post(link)).text]
    assert not any(word in page for page in pages for word in ("Marco", "Rossi", "example.org"))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_wrong_signature_and_unknown_lead_look_the_same(
    client: httpx.AsyncClient, database: Database, keyring: Keyring, link: str, method: str
) -> None:
    stranger = uuid4()
    wrong = [
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        Links(PUBLIC_URL, Keyring.from_master_key(bytes(32))).unsubscribe(stranger),
        f"{PUBLIC_URL}/unsubscribe/{stranger}/{keyring.sign('other', str(stranger))}",
    ]
    answers = [await client.request(method, url, headers={"accept": "text/html"}) for url in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert await count(database, Suppression) == 0
