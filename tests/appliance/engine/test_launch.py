import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.engine.launch import LONGEST_SOCKET_FOLDER, EngineOptions, engine_child, engine_is_ready

MODEL = Path("model")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a short name: sockets lie below it."""
    folder = Path(tempfile.mkdtemp(prefix="lk-"))
    yield folder
    shutil.rmtree(folder)


def _value_after(argv: tuple[str, ...], flag: str) -> str:
    return argv[argv.index(flag) + 1]


def test_the_engine_listens_on_the_loopback_only(home: Path) -> None:
    child = engine_child(home, home, MODEL, options=EngineOptions(port=4711))
    assert (_value_after(child.argv, "--host"), _value_after(child.argv, "--port")) == ("127.0.0.1", "4711")


def test_the_engine_is_told_to_call_nobody(home: Path) -> None:
    child = engine_child(home, home, MODEL, options=EngineOptions(port=1))
    silent = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VLLM_NO_USAGE_STATS", "DO_NOT_TRACK"}
    assert {name for name, value in child.env.items() if value == "1"} >= silent


def test_the_engine_never_compiles(home: Path) -> None:
    child = engine_child(home, home, MODEL, options=EngineOptions(port=1))
    assert "--enforce-eager" in child.argv
    assert child.env["TORCH_COMPILE_DISABLE"] == "1"


def test_the_engine_writes_no_line_for_each_request(home: Path) -> None:
    assert "--disable-uvicorn-access-log" in engine_child(home, home, MODEL, options=EngineOptions(port=1)).argv


def test_the_engine_sees_neither_our_secrets_nor_a_proxy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADKEEP_SMTP_URL", "smtp://user:hush@mail.example")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = engine_child(home, home, MODEL, options=EngineOptions(port=1)).env
    assert {"LEADKEEP_SMTP_URL", "HTTPS_PROXY", "PYTHONDONTWRITEBYTECODE"} & set(env) == set()


def test_what_an_earlier_engine_left_is_cleared(home: Path) -> None:
    options = EngineOptions(port=1)
    first = engine_child(home, home, MODEL, options=options)
    leftover = Path(first.env["TMPDIR"]) / "vllm_dist_0123"
    leftover.write_text("left")
    engine_child(home, home, MODEL, options=options)
    assert not leftover.exists()
    assert leftover.parent.is_dir()


def test_a_deep_checkout_still_gets_a_folder_short_enough_for_sockets(tmp_path: Path) -> None:
    var = tmp_path / ("deep" * 30) / "var"
    child = engine_child(tmp_path, var, MODEL, options=EngineOptions(port=1))
    folder = Path(child.env["TMPDIR"])
    assert len(str(folder)) <= LONGEST_SOCKET_FOLDER
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_folders_named_from_here_are_found_from_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    child = engine_child(Path(), Path("var"), MODEL, options=EngineOptions(port=1))
    assert Path(child.env["TMPDIR"]) == home / "var" / "run" / "engine" / "tmp"
    assert {str(home / ".venv-engine/bin/python"), str(home / "model")} < set(child.argv)


async def test_nothing_listening_is_not_ready(unused_tcp_port: int) -> None:
    assert not await engine_is_ready(f"http://127.0.0.1:{unused_tcp_port}/v1", "any")


async def test_an_engine_that_serves_the_model_is_ready(unused_tcp_port: int) -> None:
    async with _answering(unused_tcp_port, json.dumps({"data": [{"id": "small"}]})) as url:
        assert await engine_is_ready(url, "small")


@pytest.mark.parametrize("body", ['{"data": [{"id": "other"}]}', "{}", "[]", "starting"])
async def test_an_engine_without_the_model_is_not_ready(unused_tcp_port: int, body: str) -> None:
    async with _answering(unused_tcp_port, body) as url:
        assert not await engine_is_ready(url, "small")


@pytest.mark.parametrize(("key", "is_ready"), [("open-sesame", True), ("wrong", False), ("", False)])
async def test_an_engine_that_asks_for_a_key_is_ready_for_whoever_has_it(
    unused_tcp_port: int, key: str, is_ready: bool
) -> None:
    async with _answering(unused_tcp_port, json.dumps({"data": [{"id": "small"}]}), api_key="open-sesame") as url:
        assert await engine_is_ready(url, "small", api_key=key) is is_ready


@asynccontextmanager
async def _answering(port: int, body: str, *, api_key: str = "") -> AsyncIterator[str]:
    """Serve `body` for every path; with `api_key`, only to whoever has it."""
    header = f"authorization: bearer {api_key}\r\n".encode()

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = "200 OK" if not api_key or header in asked else "401 Unauthorized"
        head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(f"{head}{body}".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer_once, "127.0.0.1", port):
        yield f"http://127.0.0.1:{port}/v1"
