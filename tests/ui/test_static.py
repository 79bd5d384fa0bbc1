"""Vendored files are what they say, served under their own digest; every template compiles."""

import hashlib
import re

from jinja2 import StrictUndefined

from tests.ui.conftest import Browser
from ui.pages import TEMPLATES, environment
from ui.static_files import FOLDER, static_url


def test_vendored_files_are_the_ones_written_down() -> None:
    noted = re.findall(r"^\| `([\w.-]+)` .*`([0-9a-f]{64})` \|$", (FOLDER / "VENDORED.md").read_text(), re.MULTILINE)
    vendored = {path.name for path in FOLDER.glob("*.min.*")}
    assert {name for name, _ in noted} == vendored
    for name, sha256 in noted:
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == sha256


async def test_a_static_file_may_be_kept_only_under_its_own_digest(stranger: Browser) -> None:
    answer = await stranger.get(static_url("base.css"))
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert (await stranger.get("/static/old/base.css")).headers["cache-control"] == "no-cache"
    assert (await stranger.get("/static/old/nothing.css")).status_code == 404


async def test_only_the_pages_own_files_are_served(stranger: Browser) -> None:
    for name in ("VENDORED.md", "..%2fapp.py", "%2e%2e/app.py"):
        assert (await stranger.get(f"/static/x/{name}")).status_code == 404


def test_every_template_compiles_under_strict_undefined() -> None:
    made = environment()
    assert made.undefined is StrictUndefined
    assert made.autoescape is True
    for path in TEMPLATES.glob("*.html"):
        made.get_template(path.name)
