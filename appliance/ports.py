"""Is a port free before a child needs it? Else one sentence says who holds it and which setting to change."""

import contextlib
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from models.errors import ConflictError

LAST_PORT = 65535


class PortTakenError(ConflictError):
    """Another program listens where a part of the box must listen."""


@dataclass(frozen=True)
class Listener:
    """A part of the box that will listen: where, what it is in a sentence, which setting chooses its port."""

    host: str
    port: int
    purpose: str
    variable: str


def require_all_free(listeners: Iterable[Listener]) -> None:
    """Raise PortTakenError when one of them could not listen, or two of them want the same port."""
    known: dict[int, Listener] = {}
    for one in listeners:
        other = known.setdefault(one.port, one)
        if other is not one:
            message = f"Port {one.port} is chosen both for {other.purpose} and for {one.purpose}."
            raise PortTakenError(message, hint=f"Choose another one with {one.variable}.")
        require_free(one.host, one.port, purpose=one.purpose, variable=one.variable)


def require_free(host: str, port: int, *, purpose: str, variable: str) -> None:
    """Raise PortTakenError when nothing can listen on the address; nothing is left bound."""
    if port > LAST_PORT:
        message = f"There is no port {port} for {purpose}: the last one is {LAST_PORT}."
        raise PortTakenError(message, hint=f"Choose a lower port with {variable}.")
    try:
        for listener in listen(host, port):
            listener.close()
    except PermissionError:
        message = f"This account may not listen on port {port} for {purpose}."
        raise PortTakenError(message, hint=f"Choose a port above 1023 with {variable}.") from None
    except OSError:
        message = f"Port {port} on {host} cannot be used for {purpose}{_holder(port)}."
        hint = f"Stop that program, or choose another port with {variable}."
        raise PortTakenError(message, hint=hint) from None


def listen(host: str, port: int, *, backlog: int = 1) -> list[socket.socket]:
    """Listen on the address; on `::`, which means every address of the machine, once for IPv6 and once for IPv4.

    One socket for both would show IPv4 callers under other names (`::ffff:192.0.2.1`), which no list of proxies has.
    """
    listeners: list[socket.socket] = []
    with contextlib.ExitStack() as unless_all:
        for one in ("::", "0.0.0.0") if host == "::" else (host,):  # noqa: S104 - the operator's choice
            family = socket.AF_INET6 if ":" in one else socket.AF_INET
            listeners.append(socket.create_server((one, port), family=family, backlog=backlog))
            unless_all.callback(listeners[-1].close)
        unless_all.pop_all()
    return listeners


def _holder(port: int) -> str:
    """Name the process that listens on the port, where the system lets us see it."""
    try:
        listening = [entry for entry in psutil.net_connections("tcp") if entry.status == psutil.CONN_LISTEN]
        pids = [entry.pid for entry in listening if entry.laddr.port == port and entry.pid]
        return f": process {pids[0]} ({psutil.Process(pids[0]).name()}) has it" if pids else ""
    except psutil.Error:
        return ""
