"""A worker that is started with another master key ends with a word, and costs no lead anything."""

import asyncio
import base64
from pathlib import Path

from models.queries import leads
from models.sealing import Keyring
from models.states import LeadState
from tests.faults.conftest import LONGEST_S, World, until_ended
from tests.journey_rows import add_lead
from tests.samples import sample_lead


async def test_a_worker_with_another_master_key_does_not_start(world: World, keyring: Keyring, tmp_path: Path) -> None:
    lead_id = await add_lead(world.database, keyring, sample_lead("I am hot for this."))
    key_file = tmp_path / "master.key"
    right_key = key_file.read_text()
    key_file.write_text(base64.b64encode(bytes(32)).decode())
    locked_out = world.start()
    await asyncio.to_thread(locked_out.join, LONGEST_S)
    assert locked_out.exitcode == 1
    async with world.database.read() as session:
        assert (await leads.lead(session, lead_id)).state == LeadState.RECEIVED
    key_file.write_text(right_key)
    world.start()
    assert await until_ended(world.database, lead_id) == LeadState.SENT
