"""A real Chromium in front of the real desk on a real database."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright

from models.queries import people
from tests.ui.conftest import PASSWORD, hash_of_password, seeder, ui_parts, woken
from ui.app import create_router
from ui.parts import UiParts

from .chromium import chromium

__all__ = ["seeder", "ui_parts", "woken"]

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chromium() is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
async def desk_url(ui_parts: UiParts) -> AsyncIterator[str]:
    """The desk, listening on a free port of loopback, with one person who may sign in."""
    app = FastAPI()
    config = uvicorn.Config(app, port=0, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    app.include_router(create_router(replace(ui_parts, public_url=url)))
    async with ui_parts.database.begin() as session:
        await people.add_user(session, name="anna", password_hash=hash_of_password(), role="operator")
    serving = asyncio.create_task(server.serve(sockets=[socket]))
    yield url
    server.should_exit = True
    await serving


@pytest.fixture
async def chrome() -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
async def page(chrome: Browser, desk_url: str) -> AsyncIterator[Page]:
    """A signed-in person's page; anything that the browser complains about fails the test."""
    context = await chrome.new_context(viewport=DESKTOP, base_url=desk_url)
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    await sign_in(opened)
    yield opened
    await context.close()
    assert complaints == []


async def sign_in(page: Page) -> None:
    await page.goto("/login")
    await page.get_by_label("Name").fill("anna")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/")
