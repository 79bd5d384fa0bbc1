"""Where each part is reached: the operator's address, or the embedded part's when none is set.

Every entry point asks here, so that gateway, worker and one-off commands agree.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from appliance import postgres, valkey
from appliance.settings import Settings
from appliance.sockets import socket_home

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Addresses:
    """The four parts; repr shows no address, it may hold a password. `outbox_dir` is set with the local sink."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    engine_url: str = field(repr=False)
    smtp_url: str = field(repr=False)
    outbox_dir: Path | None


def addresses(settings: Settings) -> Addresses:
    """Fill in the embedded parts' addresses where the operator set none."""
    database, redis, smtp = settings.database_url, settings.redis_url, settings.smtp_url
    return Addresses(
        database_url=database.get_secret_value() if database else postgres.url(embedded_postgres(settings)),
        redis_url=redis.get_secret_value() if redis else valkey.url(embedded_valkey(settings)),
        engine_url=settings.engine_url or f"http://{LOOPBACK}:{settings.engine_port}/v1",
        smtp_url=smtp.get_secret_value() if smtp else f"smtp://{LOOPBACK}:{settings.smtp_sink_port}",
        outbox_dir=None if smtp else settings.outbox_dir,
    )


def embedded_postgres(settings: Settings) -> postgres.Cluster:
    """Describe the embedded PostgreSQL of this appliance."""
    home = socket_home(ensure_run_dir(settings))
    return postgres.cluster_at(settings.var_dir / "postgres", home, settings.log_dir / "postgres.log")


def embedded_valkey(settings: Settings) -> valkey.Queue:
    """Describe the embedded Valkey of this appliance."""
    home = socket_home(ensure_run_dir(settings))
    return valkey.queue_at(settings.var_dir / "valkey", home, settings.log_dir / "valkey.log")


def ensure_run_dir(settings: Settings) -> Path:
    """Create `var` and `var/run`, closed to others but enterable by PostgreSQL's account when we are root.

    The setup makes `var` before it knows of that account: as root a directory that is more closed is opened so far.
    """
    is_root = os.geteuid() == 0
    mode = 0o711 if is_root else 0o700
    for directory in (settings.var_dir, settings.run_dir):
        directory.mkdir(mode=mode, parents=True, exist_ok=True)
        facts = directory.stat()
        present = stat.S_IMODE(facts.st_mode)
        if facts.st_uid == os.geteuid() and (present & ~mode or (is_root and present != mode)):
            directory.chmod(mode)
    return settings.run_dir
