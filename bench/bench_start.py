"""Seconds and megabytes of the first and the second `make run`, each in the same fresh clone.

The first run makes both environments, converts the model and creates everything in var/; the second reuses it.
`--keep` leaves the clone in place. What pip has in its own cache from earlier is not fetched again; the line says so.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT_S = 1500
STOP_LIMIT_S = 60
PARTS = (".venv", ".venv-engine", "var")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true")
    keep = parser.parse_args().keep
    clone = Path(tempfile.mkdtemp(prefix="leadkeep-start-"))
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        first, second = measure(clone), measure(clone)
    finally:
        if not keep:
            shutil.rmtree(clone, ignore_errors=True)
    for name, run in (("first", first), ("second", second)):
        print(f"\n{name} run: {run['seconds']:.1f} s to ready, stopped in {run['stop_s']:.1f} s")
        for title, seconds in run["steps"].items():
            print(f"  {seconds:8.1f} s  {title}")
        print("  " + "  ".join(f"{part} {size} MB" for part, size in run["megabytes"].items()))
    ratio = first["seconds"] / second["seconds"]
    print(f"\nbench-start: first_s={first['seconds']:.1f} second_s={second['seconds']:.1f} ratio={ratio:.1f}", end=" ")
    print(f"megabytes={sum(first['megabytes'].values())}")
    return 0


def measure(clone: Path) -> dict:
    ports = {name: str(free_port()) for name in ("LEADKEEP_PORT", "LEADKEEP_ENGINE_PORT", "LEADKEEP_SMTP_SINK_PORT")}
    report = clone / "var" / "run" / "start.json"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    with (clone / "start.log").open("w") as log:
        process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=os.environ | ports, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(report, process, began)
        seconds = time.monotonic() - began
    finally:
        stop_s = stop(process)
    steps = json.loads(report.read_text())["steps_s"]
    sizes = {part: megabytes(clone / part) for part in PARTS}
    return {"seconds": seconds, "stop_s": stop_s, "steps": steps, "megabytes": sizes}


def wait_until(report: Path, process: subprocess.Popen, began: float) -> None:
    while not report.exists():
        if process.poll() is not None or time.monotonic() - began > LIMIT_S:
            sys.exit(f"make run did not become ready:\n{(report.parents[2] / 'start.log').read_text()[-3000:]}")
        time.sleep(0.1)


def stop(process: subprocess.Popen) -> float:
    """End it whatever happened: the clone is deleted next, and an appliance without its folder would live on."""
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_LIMIT_S)
            break
    return time.monotonic() - began


def megabytes(directory: Path) -> int:
    used = subprocess.run(["du", "-sm", str(directory)], capture_output=True, text=True, check=False)
    return int(used.stdout.split()[0]) if used.returncode == 0 or used.stdout else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
