"""The box itself: Python, free disk, keys, campaigns, the classifier's weights."""

import asyncio
import platform
import shutil
import sys

from appliance.classifier import checked_classifier
from appliance.doctor import CheckResult, off, ok, problem
from appliance.keys import read_master_key
from appliance.settings import Settings
from models.campaigns import load_campaigns

OLDEST_PYTHON, FIRST_UNKNOWN_PYTHON = (3, 11), (3, 14)
COMFORTABLE_FREE_MB = 2_000
LOGS_FREE_MB = 100
"""A container's var directory is a small memory file system, and nothing but a command's log is written there."""
BYTES_PER_MB = 1_000_000
MB_PER_GB = 1_000


async def python() -> CheckResult:
    """Check the interpreter's version."""
    if OLDEST_PYTHON <= sys.version_info[:2] < FIRST_UNKNOWN_PYTHON:
        return ok("python", platform.python_version())
    return problem("python", f"Python {platform.python_version()} is not supported.", "Use Python 3.11, 3.12 or 3.13.")


async def disk(settings: Settings) -> CheckResult:
    """Check the free space where data and logs grow; only logs do where database, queue and mail are the operator's."""
    place = settings.var_dir if settings.var_dir.exists() else settings.var_dir.parent
    free_mb = shutil.disk_usage(place).free // BYTES_PER_MB
    keeps_data_elsewhere = settings.database_url and settings.redis_url and settings.smtp_url
    needed_mb = LOGS_FREE_MB if keeps_data_elsewhere else COMFORTABLE_FREE_MB
    if free_mb < needed_mb:
        return problem("disk", f"{free_mb} MB free for {place}.", f"Keep at least {needed_mb} MB free.")
    return ok("disk", f"{free_mb // MB_PER_GB} GB free" if free_mb >= MB_PER_GB else f"{free_mb} MB free")


async def keys(settings: Settings) -> CheckResult:
    """Check the master key's form and permissions."""
    if not settings.master_key_path.exists() and not (settings.var_dir / "postgres").exists():
        return off("master key", "made on the first start")
    read_master_key(settings.master_key_path)
    return ok("master key", f"{settings.master_key_path}, closed to others")


async def campaigns(settings: Settings) -> CheckResult:
    """Check every campaign's files as the worker will read them."""
    loaded = await asyncio.to_thread(load_campaigns, settings.campaigns_dir)
    if not loaded:
        return problem("campaigns", f"No campaign in {settings.campaigns_dir}.", "Set LEADKEEP_CAMPAIGNS_DIR.")
    return ok("campaigns", ", ".join(f"{slug} {campaign.version}" for slug, campaign in sorted(loaded.items())))


async def classifier(settings: Settings) -> CheckResult:
    """Check that the second opinion's weights are there and, if shipped, the pinned ones."""
    directory = await asyncio.to_thread(checked_classifier, settings.classifier_dir)
    return ok("classifier", "yours" if settings.classifier_dir else f"{directory.parent.name}, hash as pinned")
