"""`leadkeep demo` as a person types it, where nothing runs yet: everything real but the engine."""

import asyncio
import os
import re
import socket
import sys
from pathlib import Path

from appliance import record
from appliance.settings import variable
from tests.fakes.engine import FakeEngine

CAMPAIGNS = Path(__file__).parents[3] / "campaigns"
SECRET = re.compile(r"/join/|Bearer ")
LAST_LINE = re.compile(r"demo: leads=14 ended=\d+ review=\d+ lost=0 duplicates=0")


def _environment(engine: FakeEngine) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = {"port": str(first.getsockname()[1]), "smtp_sink_port": str(second.getsockname()[1])}
    chosen = ports | {
        "campaigns_dir": str(CAMPAIGNS),
        "engine_url": engine.base_url,
        "engine_model": engine.model,
    }
    return inherited | {variable(name): value for name, value in chosen.items()}


async def test_a_demo_alone_starts_the_appliance_succeeds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with FakeEngine("fake-model") as engine:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "appliance", "demo", "--wait-s", "120"),
            cwd=tmp_path,
            env=_environment(engine),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert LAST_LINE.fullmatch(said.splitlines()[-1]), said
    assert "The appliance was started for this demo." in said
    log = tmp_path / "var" / "log" / "demo-run.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "Leadkeep is ready" in log.read_text()
    assert SECRET.search(log.read_text()) is None
    assert record.read_all(tmp_path / "var" / "run") == []
