"""The campaign's sample leads, each run with ids of its own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import PolicyError

SAMPLES_FILE = "sample_leads.json"
REFUSED, DUPLICATE = "refused", "duplicate"
"""What a sample can expect of the door itself; every other word expects a lead of its own."""


@dataclass(frozen=True)
class SampleLead:
    """One payload as a form would post it, and what a reader should see happen."""

    expect: str
    about: str
    payload: dict[str, Any]


def load_samples(campaign_dir: Path, run_id: str) -> list[SampleLead]:
    """Return the samples with submission ids that are new to this run; a duplicate stays a duplicate within it."""
    path = campaign_dir / SAMPLES_FILE
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["leads"]
    except (OSError, ValueError, KeyError, TypeError):
        message = f"{campaign_dir.name}/{SAMPLES_FILE} cannot be read"
        raise PolicyError(message, hint="The demo posts the leads of this file.") from None
    return [_of_this_run(entry, run_id) for entry in entries]


def _of_this_run(entry: dict[str, Any], run_id: str) -> SampleLead:
    payload = entry["payload"] | {"submission_id": f"{run_id}-{entry['payload']['submission_id']}"}
    return SampleLead(entry["expect"], entry["about"], payload)
