"""The real vLLM for the tests: started once for the run, on a free port, with the product's own launch code.

Its `PATH` has no compiler, as on a machine that only runs things.

`LEADKEEP_TEST_ENGINE_URL` (with `/v1`) reuses one that runs already, which saves a minute while developing.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from appliance.account import launch_argv
from appliance.child import ChildSpec
from appliance.engine.launch import HOST, EngineOptions, engine_child
from appliance.engine.preparation import prepare_engine

ROOT = Path(__file__).parent.parent
REUSED_URL = "LEADKEEP_TEST_ENGINE_URL"
COMPILER = re.compile(r"(?:.+-)?(?:cc|c89|c99|gcc|[cg]\+\+|clang|clang\+\+)(?:-[\w.-]+)?")


@pytest.fixture(scope="session")
def real_engine() -> Iterator[str]:
    """Base URL (with `/v1`) of a real vLLM that serves the default model as `smollm2-135m-instruct`."""
    if url := os.environ.get(REUSED_URL):
        yield url
        return
    model_dir = prepare_engine(ROOT, ROOT / "var", lambda _: None)
    home = Path(tempfile.mkdtemp(prefix="lk-engine-"))
    options = EngineOptions(port=_free_port())
    child = engine_child(ROOT, home, model_dir, options=options)
    child = replace(child, env={**child.env, "PATH": str(_programs_without_compilers(home))})
    with _running(child) as process:
        _wait_until_ready(child, process, options.url)
        yield options.url
    shutil.rmtree(home)


def _programs_without_compilers(home: Path) -> Path:
    """Return a folder with a link to every program of `PATH` but the compilers."""
    folder = home / "programs"
    folder.mkdir()
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            if not COMPILER.fullmatch(program.name):
                with contextlib.suppress(FileExistsError):
                    (folder / program.name).symlink_to(program)
    return folder


@contextlib.contextmanager
def _running(child: ChildSpec) -> Iterator[subprocess.Popen[bytes]]:
    child.log_path.parent.mkdir(parents=True, exist_ok=True)
    argv = launch_argv(child.argv, parent_signal="SIGTERM")
    with child.log_path.open("ab") as log:
        process = subprocess.Popen(
            argv, env=child.env, cwd=child.cwd, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(child.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=child.stop_grace_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_ready(child: ChildSpec, process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + child.ready_timeout_s
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"The engine did not start:\n{child.log_path.read_text(errors='replace')[-4000:]}"
            raise RuntimeError(message)
        time.sleep(0.5)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/models", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
