"""What the supervisor must know to start, watch and stop one process of the box."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.account import Account


@dataclass(frozen=True)
class ChildSpec:
    """One process: how it starts, when it counts as ready, how it ends.

    `env` is the whole environment, not an addition to ours. `ready` must answer quickly and never raise;
    `stop_signal` goes to the process first, after `stop_grace_s` seconds its whole group is killed.
    `account` is the unprivileged account that it runs as when we are root; None keeps ours.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]]
    ready_timeout_s: float
    log_path: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_grace_s: float = 5.0
    cwd: Path | None = None
    account: Account | None = None
