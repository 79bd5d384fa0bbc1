"""Addresses in settings and on the screen: what one must look like, and how ours is written.

No message quotes an address: it may hold a password.
"""

import re
from urllib.parse import urlsplit

PORT_ADVICE = "its port must be a number from 1 to 65535, and an IPv6 address must stand in [brackets]"
WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
# How SQLAlchemy, which reads it, splits what follows the scheme: a password may hold a slash there.
DATABASE_PLACE = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]+\]|[^/:?]*)(?::(?P<port>[^/?]*))?")


def check_url(url: str, schemes: tuple[str, ...]) -> None:
    """Raise ValueError unless the address has one of the schemes, a place and, if any, a port that exists."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(PORT_ADVICE) from None
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
        message = f"it must be an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"
        raise ValueError(message)
    if port == 0:
        raise ValueError(PORT_ADVICE)


def check_database_port(place: str) -> None:
    """Raise ValueError when what follows `postgresql://` names a port that does not exist."""
    found = DATABASE_PLACE.match(place)
    port = found["port"] if found else None
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(PORT_ADVICE)


def local_url(host: str, port: int) -> str:
    """Return where this machine reaches what listens on the host and port: a wildcard on the loopback."""
    reached = "127.0.0.1" if host in WILDCARDS else host
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
