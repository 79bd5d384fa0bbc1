"""Is a port free before a child needs it? Else one sentence says who holds it and which setting to change."""

import socket

import psutil

from models.errors import ConflictError


class PortTakenError(ConflictError):
    """Another program listens where a part of the box must listen."""


def require_free(host: str, port: int, *, purpose: str, variable: str) -> None:
    """Raise PortTakenError when nothing can listen on the address; nothing is left bound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            message = f"This account may not listen on port {port} for {purpose}."
            raise PortTakenError(message, hint=f"Choose a port above 1023 with {variable}.") from None
        except OSError:
            message = f"Port {port} on {host} cannot be used for {purpose}{_holder(port)}."
            hint = f"Stop that program, or choose another port with {variable}."
            raise PortTakenError(message, hint=hint) from None


def _holder(port: int) -> str:
    """Name the process that listens on the port, where the system lets us see it."""
    try:
        listening = [entry for entry in psutil.net_connections("tcp") if entry.status == psutil.CONN_LISTEN]
        pids = [entry.pid for entry in listening if entry.laddr.port == port and entry.pid]
        return f": process {pids[0]} ({psutil.Process(pids[0]).name()}) has it" if pids else ""
    except psutil.Error:
        return ""
