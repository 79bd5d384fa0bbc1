"""What stands on the screen after a start: a way in and a lead to post, and no secret where it goes into a file."""

import re
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from appliance.addresses import Addresses
from appliance.settings import Settings
from appliance.welcome import first_steps
from models.database import Database
from models.queries import intake

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, var_dir=tmp_path, campaigns_dir=CAMPAIGNS)


@pytest.fixture
def reached(postgres_url: str, tmp_path: Path) -> Addresses:
    return Addresses(postgres_url, "redis://queue", "http://engine/v1", "smtp://sink", tmp_path / "outbox")


async def said(settings: Settings, reached: Addresses, *, shows_secrets: bool = True) -> str:
    return "\n".join(await first_steps(settings, reached, shows_secrets=shows_secrets))


async def test_first_start_shows_a_link_for_the_first_account_and_a_lead_to_post(
    settings: Settings, reached: Addresses
) -> None:
    text = await said(settings, reached)
    assert re.search(rf"{settings.base_url}/join/\S{{40,}}", text)
    assert f"curl -sS {settings.base_url}/webhooks/web-form -H 'Authorization: Bearer " in text


async def test_the_command_that_posts_a_lead_is_the_same_at_every_start(settings: Settings, reached: Addresses) -> None:
    first, second = [(await said(settings, reached)).partition("curl")[2] for _ in range(2)]
    assert first == second


async def test_without_secrets_no_invitation_is_made_and_no_token_is_shown(
    settings: Settings, reached: Addresses
) -> None:
    text = await said(settings, reached, shows_secrets=False)
    assert ("/join/" in text, "Bearer" in text) == (False, False)
    assert not (settings.var_dir / "keys").exists()


async def test_the_token_is_kept_closed_to_others_where_the_master_key_lies_elsewhere(
    settings: Settings, reached: Addresses
) -> None:
    assert not (settings.var_dir / "keys").exists()
    await said(settings, reached)
    (kept,) = (settings.var_dir / "keys").iterdir()
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)


async def test_with_a_database_of_the_operators_the_command_is_named_and_no_connection_is_made(
    settings: Settings, reached: Addresses, database: Database
) -> None:
    theirs = settings.model_copy(update={"database_url": SecretStr(reached.database_url)})
    text = await said(theirs, reached)
    assert "leadkeep connections add --name NAME --campaign green-mortgage" in text
    assert "Bearer" not in text
    async with database.read() as session:
        assert await intake.connections(session) == []
