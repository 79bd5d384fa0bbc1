"""Who may come in, and whose forms are believed."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from models.database import Database
from models.errors import UnavailableError
from models.queries import people
from models.sealing import token_sha256
from tests.ui.conftest import PASSWORD, Browser, join
from tests.ui.seeds import Seeder
from ui.app import create_router
from ui.parts import UiParts
from ui.signin import passwords

OPEN_TO_ALL = {"/login", "/join/{token}", "/static/{digest}/{name}"}
FROM_ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


async def test_every_route_but_the_known_ones_needs_a_person(site: FastAPI, stranger: Browser) -> None:
    paths = {route.path for route in all_routes(site)}
    assert "/review/{lead_id}/approve" in paths
    for path in sorted(paths - OPEN_TO_ALL - {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}):
        url = re.sub(r"\{\w+\}", "01930000-0000-7000-8000-000000000001", path)
        for method in ("GET", "POST"):
            answer = await stranger.http.request(method, url)
            assert answer.status_code in {303, 405}, (method, path)
            assert answer.status_code == 405 or answer.headers["location"].startswith("/login")


async def test_a_fragment_asked_for_by_a_stranger_leads_the_whole_page_to_the_login(stranger: Browser) -> None:
    answer = await stranger.get("/", **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login"


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(anna: Browser, stranger: Browser) -> None:
    await anna.send("/", "/logout")
    wrong = await stranger.sign_in("anna", "wrong password entirely")
    unknown = await stranger.sign_in("nobody", "wrong password entirely")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("anna", "NAME") == unknown.text.replace("nobody", "NAME")


async def test_the_hash_of_nobody_costs_as_much_as_a_real_one() -> None:
    assert not passwords.HASHER.check_needs_rehash(passwords.HASH_OF_NOBODY)
    assert await passwords.fits(None, "anything") is False
    assert (await passwords.hashed(PASSWORD)).startswith("$argon2id$")


async def test_ten_wrong_passwords_rest_the_account(stranger: Browser, anna: Browser) -> None:
    await anna.send("/", "/logout")
    for _ in range(people.MAX_FAILED_LOGINS):
        await stranger.sign_in("anna", "wrong password entirely")
    assert (await stranger.sign_in("anna")).status_code == 401


async def test_failed_sign_ins_and_the_lock_are_recorded(stranger: Browser, anna: Browser, database: Database) -> None:
    await anna.send("/", "/logout")
    for name in (*["anna"] * people.MAX_FAILED_LOGINS, "nobody"):
        await stranger.sign_in(name, "wrong password entirely")
    async with database.read() as session:
        rows = await session.execute(text("SELECT action FROM audit_entry WHERE actor = 'gateway' ORDER BY id"))
        actions = list(rows.scalars())
    assert actions == ["user.sign_in_failed"] * (people.MAX_FAILED_LOGINS - 1) + ["user.locked"]


async def test_too_many_sign_ins_at_once_are_told_to_wait() -> None:
    queue = passwords.HashingQueue(at_once=1, waiting=1)
    async with queue.place():
        waiting = asyncio.create_task(queue.place().__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError, match="signing in at once"):
            await queue.place().__aenter__()
    await waiting


async def test_signing_out_ends_the_session_wherever_its_cookie_lies(anna: Browser) -> None:
    kept = dict(anna.http.cookies)
    await anna.send("/", "/logout")
    anna.http.cookies.update(kept)
    assert (await anna.get("/")).status_code == 303


async def test_a_form_after_the_session_ended_gives_the_words_back(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    url = f"/review/{lead_id}/edit"
    await anna.send("/", "/logout")
    typed = {"subject": "My subject", "body": "My own </textarea> words."}
    answer = await anna.http.post(url, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    assert "My subject" in answer.text
    assert "My own &lt;/textarea&gt; words." in answer.text
    assert f"/login?next=/review/{lead_id}" in answer.text
    elsewhere = await anna.http.post(url, data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (303, "/login")


async def test_the_database_keeps_no_usable_session_token(anna: Browser, database: Database) -> None:
    token = anna.http.cookies["leadkeep"]
    async with database.read() as session:
        stored = (await session.execute(text("SELECT token_sha256 FROM user_session"))).scalars().all()
    assert stored == [token_sha256(token)]


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(stranger: Browser, anna: Browser) -> None:
    await anna.send("/", "/logout")
    cookie = next(c for c in (await stranger.sign_in("anna")).headers.get_list("set-cookie") if "leadkeep=" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie


async def test_over_https_the_cookie_is_bound_to_this_host(ui_parts: UiParts, database: Database) -> None:
    app = FastAPI()
    app.include_router(create_router(replace(ui_parts, public_url="https://desk.test")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://desk.test") as http:
        browser = Browser(http)
        await join(browser, database, "carla", "reviewer")
        assert "__Host-leadkeep" in http.cookies
        assert (await browser.get("/")).status_code == 200


async def test_a_form_without_its_token_is_refused(anna: Browser, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    for token in ("", "0" * 32):
        answer = await anna.http.post(f"/review/{lead_id}/reject", data={"csrf": token, "reason": "not_a_lead"})
        assert answer.status_code == 403
    assert (await anna.http.post("/logout")).status_code == 403


async def test_a_form_from_another_site_is_refused_even_with_a_token(anna: Browser) -> None:
    page = (await anna.get("/")).text
    token = re.search(r'name="csrf" value="(\w+)"', page)
    assert token is not None
    for headers in FROM_ELSEWHERE:
        answer = await anna.http.post("/logout", data={"csrf": token[1]}, headers=headers)
        assert answer.status_code == 403


async def test_a_login_form_needs_the_token_of_its_own_browser(stranger: Browser) -> None:
    answer = await stranger.http.post("/login", data={"name": "anna", "password": PASSWORD, "csrf": "0" * 32})
    assert answer.status_code == 403


async def test_the_login_leads_nowhere_but_here(anna: Browser) -> None:
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "/\nx"):
        answer = await anna.send("/login", "/login", name="anna", password=PASSWORD, next=path)
        assert answer.headers["location"] == "/"


async def test_an_invitation_makes_one_account_and_is_used_up(stranger: Browser, database: Database) -> None:
    await join(stranger, database, "carla", "reviewer")
    assert (await stranger.get("/")).status_code == 200
    answer = await stranger.get("/join/invitation-of-carla")
    assert answer.status_code == 404
    assert "leadkeep users add" in answer.text


WEAK = (
    ("berta", "short", "short", "at least 12"),
    ("berta", "passwordpassword", "passwordpassword", "anybody would try"),
    ("berta", "berta likes trams", "berta likes trams", "your name"),
    ("berta", PASSWORD, PASSWORD + "!", "differ"),
    ("B<b>", PASSWORD, PASSWORD, "small letters"),
)


async def test_a_weak_account_is_refused_and_the_invitation_stays(stranger: Browser, database: Database) -> None:
    async with database.begin() as session:
        await people.invite(session, token_sha256=token_sha256("once"), role="operator", hours=1)
    for name, password, again, says in WEAK:
        answer = await stranger.send("/join/once", "/join/once", name=name, password=password, again=again)
        assert answer.status_code == 422
        assert says in answer.text
    good = await stranger.send("/join/once", "/join/once", name="berta", password=PASSWORD, again=PASSWORD)
    assert good.status_code == 303


async def test_a_taken_name_does_not_use_the_invitation_up(
    anna: Browser, stranger: Browser, database: Database
) -> None:
    await anna.send("/", "/logout")
    async with database.begin() as session:
        await people.invite(session, token_sha256=token_sha256("once"), role="operator", hours=1)
    answer = await stranger.send("/join/once", "/join/once", name="Anna", password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 422
    assert "taken" in answer.text
    assert (await stranger.get("/join/once")).status_code == 200


def all_routes(site: FastAPI) -> list[Any]:
    """Every route, those of included routers too."""
    found: list[Any] = []
    waiting: list[Any] = list(site.routes)
    while waiting:
        route = waiting.pop()
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        waiting += inner or []
        if hasattr(route, "path"):
            found.append(route)
    return found
