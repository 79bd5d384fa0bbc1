"""The desk in a real browser: the keys work, nothing jumps, everybody can read it, no lead's word runs."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from models.database import Database
from models.lead import Contact
from models.queries import leads
from models.states import LeadState
from tests.samples import sample_lead
from tests.ui.seeds import Seeder, finding

from .conftest import PHONE

pytestmark = pytest.mark.browser

BASICS = (Path(__file__).parent / "basics.js").read_text()
WIDE = sample_lead(
    "<script>alert(1)</script>" + "unbroken" * 60 + "\u202e",
    contact=Contact(email="x" * 60 + "@example.org", first_name="<img src=x onerror=alert(1)>" + "n" * 60),
)


async def pages_of(seeder: Seeder) -> list[str]:
    """Put something on every page and return their addresses."""
    lead_id = await seeder.lead(details=WIDE, findings=(finding(),))
    await seeder.lead()
    await seeder.lead(details=WIDE, state=LeadState.QUARANTINED)
    return ["/", "/review", f"/review/{lead_id}", f"/leads/{lead_id}", "/quarantine", "/login"]


async def test_a_draft_is_approved_with_the_keyboard_alone(page: Page, seeder: Seeder, database: Database) -> None:
    lead_id, after = await seeder.lead(), await seeder.lead()
    await page.goto("/review")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/review/{lead_id}")
    await page.keyboard.press("a")
    await expect(page.locator("#approve")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/review/{after}?**")
    await expect(page.get_by_role("status")).to_contain_text("the mail is on its way")
    async with database.read() as session:
        assert (await leads.lead(session, lead_id)).state == LeadState.APPROVED


async def test_an_edit_comes_back_checked_without_a_reload(page: Page, seeder: Seeder) -> None:
    lead_id = await seeder.lead(findings=(finding(),))
    await page.goto(f"/review/{lead_id}")
    await page.keyboard.press("e")
    await expect(page.get_by_label("Text")).to_be_focused()
    await page.get_by_label("Text").fill("Dear Marco,\n\nAn adviser will call you.")
    await page.get_by_role("button", name="Save and check").click()
    await expect(page.get_by_text("The guard checks this version.")).to_be_visible()
    await seeder.check(lead_id)
    await expect(page.locator("#approve")).to_be_enabled(timeout=15_000)
    await expect(page.locator(".from-person p")).to_have_text("An adviser will call you.")


async def test_the_keys_open_the_right_panel_and_escape_closes_it(page: Page, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    await page.goto(f"/review/{lead_id}")
    await page.keyboard.press("r")
    await expect(page.get_by_role("radio").first).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("d")
    await expect(page.get_by_label("What should be different?")).to_be_focused()
    await page.keyboard.type("are")
    await expect(page.get_by_label("What should be different?")).to_have_value("are")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_refreshing_the_list_keeps_the_focus(page: Page, seeder: Seeder) -> None:
    lead_id = await seeder.lead()
    await page.goto("/")
    await page.keyboard.press("j")
    async with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        await seeder.lead()
    await expect(page.locator("[data-row]")).to_have_count(2)
    await expect(page.locator(f"#lead-{lead_id}")).to_be_focused()


async def test_no_page_is_wider_than_a_phone(page: Page, seeder: Seeder) -> None:
    await page.set_viewport_size(PHONE)
    for path in await pages_of(seeder):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_keeps_the_basics_of_access(page: Page, seeder: Seeder, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in await pages_of(seeder):
        await page.goto(path)
        assert await page.evaluate(BASICS) == [], path


async def test_the_desk_works_without_script(page: Page, seeder: Seeder, database: Database) -> None:
    lead_id = await seeder.lead()
    browser = page.context.browser
    assert browser is not None
    cookies = await page.context.storage_state()
    plain = await browser.new_context(java_script_enabled=False, storage_state=cookies, base_url=page.url)
    bare = await plain.new_page()
    await bare.goto(f"/review/{lead_id}")
    await bare.locator("summary", has_text="Reject").click()
    await bare.get_by_label("Not an enquiry").check()
    await bare.get_by_role("button", name="Reject the lead").click()
    await expect(bare.get_by_role("status")).to_contain_text("nothing is sent")
    await plain.close()
    async with database.read() as session:
        assert (await leads.lead(session, lead_id)).state == LeadState.REJECTED
