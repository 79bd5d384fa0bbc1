"""The desk on a real database, behind a real HTTP client; nothing of it is replaced."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

import httpx
import pytest
from fastapi import FastAPI

from models.clock import Clock
from models.database import Database
from models.policy import Campaign
from models.queries import people
from models.queries.intake import Job
from models.sealing import Keyring, token_sha256
from tests.ui.seeds import PUBLIC_URL, Seeder
from ui.app import create_router
from ui.parts import UiParts
from ui.signin import accounts, cookies, passwords

PASSWORD = "violet tram under the bridge"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Browser:
    """A person's browser: keeps cookies, sends forms with the token of the page they are on."""

    http: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def send(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Fill in the form on `page` and send it to `action`."""
        token = CSRF.search((await self.http.get(page)).text)
        assert token is not None
        return await self.http.post(action, data={"csrf": token[1], **fields})

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.send("/login", "/login", name=name, password=password)


@pytest.fixture
def woken() -> list[Job]:
    """The jobs that the desk asked to be queued."""
    return []


@pytest.fixture
def ui_parts(
    database: Database, keyring: Keyring, campaigns: dict[str, Campaign], clock: Clock, woken: list[Job]
) -> UiParts:
    async def wake(job: Job) -> None:
        woken.append(job)

    return UiParts(database, keyring, campaigns, clock, wake, PUBLIC_URL)


@pytest.fixture
def site(ui_parts: UiParts) -> FastAPI:
    app = FastAPI()
    app.include_router(create_router(ui_parts))
    return app


@pytest.fixture
async def stranger(site: FastAPI) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url=PUBLIC_URL) as http:
        yield Browser(http)


@pytest.fixture
async def anna(stranger: Browser, ui_parts: UiParts) -> Browser:
    """A reviewer who is signed in."""
    await sign_in_directly(stranger, ui_parts, "anna", "reviewer")
    return stranger


@pytest.fixture
async def berta(site: FastAPI, ui_parts: UiParts) -> AsyncIterator[Browser]:
    """An operator who is signed in, in her own browser."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url=PUBLIC_URL) as http:
        browser = Browser(http)
        await sign_in_directly(browser, ui_parts, "berta", "operator")
        yield browser


@pytest.fixture
def seeder(database: Database, keyring: Keyring, campaign: Campaign) -> Seeder:
    return Seeder(database, keyring, campaign)


async def sign_in_directly(browser: Browser, parts: UiParts, name: str, role: str) -> None:
    """Put a person and their session into the database, as joining does, without the cost of hashing again."""
    async with parts.database.begin() as session:
        user_id = await people.add_user(session, name=name, password_hash=hash_of_password(), role=role)
    assert user_id is not None
    token = f"session-of-{name}"
    await accounts.start(parts, user_id, token=token, replaces="")
    browser.http.cookies.set(cookies.SESSION, token)


@cache
def hash_of_password() -> str:
    return passwords.HASHER.hash(PASSWORD)


async def join(browser: Browser, database: Database, name: str, role: str) -> None:
    """Make an account the way people do: by a one-time link."""
    token = f"invitation-of-{name}"
    async with database.begin() as session:
        await people.invite(session, token_sha256=token_sha256(token), role=role, hours=1)
    answer = await browser.send(f"/join/{token}", f"/join/{token}", name=name, password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 303, answer.text
