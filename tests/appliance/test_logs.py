"""A canary's personal data reaches no log line, whichever way somebody tries to log it."""

import asyncio
import errno
import io
import json
import logging
import os
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from appliance import logs
from appliance.log_files import LIMIT_BYTES

CANARY = "Giulia Canarini"
EMAIL = "giulia.canarini@example.org"
PHONE = "+39-333-1234567"
SECRETS = (CANARY, "Canarini", EMAIL, PHONE, "333-1234567")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = root.handlers[:], root.level, sys.excepthook, structlog.get_config()
    stream = io.StringIO()
    logs.configure("debug", stream=stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, sys.excepthook = kept[0], kept[1], kept[2]
    structlog.configure(**kept[3])


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raise_with_canary() -> None:
    local_secret = EMAIL
    message = f"cannot parse {local_secret}"
    try:
        raise KeyError(CANARY)
    except KeyError as cause:
        raise ValueError(message) from cause


def test_ids_and_facts_pass_as_they_are(lines: io.StringIO) -> None:
    lead_id = uuid.UUID("01234567-1234-7123-8123-123456789012")
    structlog.get_logger("worker").info(
        "delivery.sent", lead_id=lead_id, attempt=2, duration_ms=12.5, state="sent", file_sha256="9" * 64
    )
    event = events(lines)[0]
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "delivery.sent", "lead_id": str(lead_id), "attempt": 2, "duration_ms": 12.5, "state": "sent",
        "file_sha256": "9" * 64, "level": "info", "logger": "worker",
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"name": CANARY},
        {"email": EMAIL},
        {"body": f"Dear {CANARY}"},
        {"lead_id": EMAIL},
        {"reason": f"{CANARY} asked"},
        {"state": PHONE},
        {"source": "393331234567"},
        {"error": ValueError(EMAIL)},
        {"code": {"email": EMAIL, "state": CANARY}},
        {"rules": [CANARY, EMAIL]},
        {"event_id": {"nested": {"deep": CANARY}}},
    ],
)
def test_personal_data_is_redacted_under_any_key(lines: io.StringIO, fields: dict[str, Any]) -> None:
    structlog.get_logger("gateway").warning("lead.refused", **fields)
    assert not [secret for secret in (*SECRETS, "393331234567") if secret in lines.getvalue()]
    assert logs.REDACTED in lines.getvalue()


def test_prose_as_an_event_is_redacted(lines: io.StringIO) -> None:
    structlog.get_logger("gateway").info(f"stored lead of {CANARY}")
    assert events(lines)[0]["event"] == logs.REDACTED


def test_exception_is_its_types_and_frames_without_any_message(lines: io.StringIO) -> None:
    try:
        raise_with_canary()
    except ValueError:
        structlog.get_logger("worker").exception("stage.failed", lead_id="7")
    event = events(lines)[0]
    assert (event["error"], event["cause"]) == ("ValueError", ["KeyError"])
    assert any(frame.startswith("appliance/test_logs.py:") for frame in event["frames"])
    assert not [secret for secret in SECRETS if secret in lines.getvalue()]


def test_libraries_messages_are_replaced_by_the_place_that_wrote_them(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("bad row %s", EMAIL)
    try:
        raise_with_canary()
    except ValueError:
        logging.getLogger("some.library").exception(EMAIL)
    first, second = events(lines)
    assert (first["event"], first["logger"]) == (logs.FOREIGN_EVENT, "some.library")
    assert first["code"].startswith("test_logs:")
    assert second["error"] == "ValueError"
    assert not [secret for secret in SECRETS if secret in lines.getvalue()]


async def test_failed_task_that_nobody_awaited_is_logged_without_its_message(lines: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": CANARY, "exception": ValueError(EMAIL)})
    assert events(lines)[0]["error"] == "ValueError"
    assert not [secret for secret in SECRETS if secret in lines.getvalue()]


def test_warning_is_logged_without_its_text(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        logging.getLogger("py.warnings").warning("%s", CANARY)
    assert not [secret for secret in SECRETS if secret in lines.getvalue()]


@pytest.mark.parametrize("place", ["main", "thread"])
def test_uncaught_error_of_a_process_leaves_no_message_in_its_output(place: str) -> None:
    program = f"""
import threading
from appliance import logs
from appliance.log_files import LIMIT_BYTES
logs.configure("info")
def fail():
    raise ValueError({EMAIL!r})
if {place!r} == "thread":
    thread = threading.Thread(target=fail); thread.start(); thread.join()
else:
    fail()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert EMAIL not in done.stdout + done.stderr
    assert json.loads(done.stdout)["error"] == "ValueError"


def test_uncaught_error_of_a_command_is_named_with_the_log_that_has_it(tmp_path: Path) -> None:
    path = tmp_path / "log" / "commands.log"
    program = f"""
import sys
from pathlib import Path
from appliance import cli, logs
@cli.app.command()
def break_down():
    logs.configure_file("info", Path({str(path)!r}))
    raise ExceptionGroup("tasks", [ValueError({EMAIL!r})])
sys.argv = ["leadkeep", "break-down"]
cli.app()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Unexpected error: ValueError. Details are in {path}.\n"
    logged = json.loads(path.read_text())
    assert (logged["event"], logged["error"]) == ("process.uncaught", "ValueError")


def test_file_that_grows_large_is_set_aside_and_one_old_one_is_kept(lines: io.StringIO, tmp_path: Path) -> None:
    path = tmp_path / "log" / "supervisor.log"
    logs.configure_file("info", path)
    for _ in range(3):
        os.truncate(path, LIMIT_BYTES + 1)
        structlog.get_logger("supervisor").info("child.ready")
    assert path.stat().st_size < 1000
    assert sorted(file.name for file in path.parent.iterdir()) == ["supervisor.log", "supervisor.log.1"]
    logs.configure("info", stream=lines)


class FullDisk(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_line_that_cannot_be_written_goes_nowhere_else(lines: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", stream=FullDisk())
    structlog.get_logger("gateway").info("lead.stored", email=EMAIL)
    assert capsys.readouterr() == ("", "")
    logs.configure("info", stream=lines)


def test_web_servers_access_lines_are_off(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /leads?email=%s", EMAIL)
    logging.getLogger("arq.worker").info("job %s", EMAIL)
    logging.getLogger("httpx").info("POST %s", EMAIL)
    assert lines.getvalue() == ""
