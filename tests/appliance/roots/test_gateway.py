"""The gateway listens where its setting says, and is reached as its address on the screen says."""

import select
import socket

import pytest

from appliance.ports import PortTakenError
from appliance.roots.gateway import listening


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "::1"), ("::", "127.0.0.1")],
)
def test_it_is_reached_at_every_address_that_its_host_means_and_sees_who_calls(
    unused_tcp_port: int, host: str, reached: str
) -> None:
    with listening(host, unused_tcp_port) as listeners, socket.create_connection((reached, unused_tcp_port), timeout=5):
        (called,) = select.select(listeners, [], [], 5)[0]
        accepted, caller = called.accept()
        accepted.close()
    assert caller[0] == reached


def test_taken_port_is_said_before_anything_is_built(unused_tcp_port: int) -> None:
    with (
        socket.create_server(("127.0.0.1", unused_tcp_port)),
        pytest.raises(PortTakenError, match="the gateway"),
        listening("127.0.0.1", unused_tcp_port),
    ):
        pass
