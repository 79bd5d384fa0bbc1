"""Seconds and megabytes of the first and the second `make run`, each in the same fresh clone.

The first run makes both environments, converts the model and creates everything in var/; the second reuses it.
`--keep` leaves the clone in place. What pip has in its own cache from earlier is not fetched again; the line says so.
"""

import argparse
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
    began = time.monotonic()
    log = (clone / "start.log").open("w")
    process = subprocess.Popen(
        ["make", "run"], cwd=clone, env=os.environ | ports, stdout=log, stderr=log, start_new_session=True
    )
    report = clone / "var" / "run" / "start.json"
    report.unlink(missing_ok=True)
    while not report.exists():
        if process.poll() is not None or time.monotonic() - began > LIMIT_S:
            sys.exit(f"make run did not become ready:\n{(clone / 'start.log').read_text()[-3000:]}")
        time.sleep(0.1)
    seconds = time.monotonic() - began
    stopping = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    steps = json.loads(report.read_text())["steps_s"]
    sizes = {part: megabytes(clone / part) for part in PARTS}
    return {"seconds": seconds, "stop_s": time.monotonic() - stopping, "steps": steps, "megabytes": sizes}


def megabytes(directory: Path) -> int:
    used = subprocess.run(["du", "-sm", str(directory)], capture_output=True, text=True, check=False)
    return int(used.stdout.split()[0]) if used.returncode == 0 or used.stdout else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
