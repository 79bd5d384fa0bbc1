"""Time as a value passed in, so that every decision can be replayed with its own clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the current time in UTC, aware; only entry points pass this on."""
    return datetime.fromtimestamp(time.time(), tz=UTC)
