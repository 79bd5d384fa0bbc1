"""A taken port is said in one sentence: which one, who has it, which setting chooses another."""

import os
import socket

import pytest

from appliance.ports import PortTakenError, require_free


def test_taken_port_names_its_holder_and_the_setting(unused_tcp_port: int) -> None:
    with socket.create_server(("127.0.0.1", unused_tcp_port)), pytest.raises(PortTakenError) as caught:
        require_free("127.0.0.1", unused_tcp_port, purpose="the gateway", variable="LEADKEEP_PORT")
    assert caught.value.message.startswith(
        f"Port {unused_tcp_port} on 127.0.0.1 cannot be used for the gateway: process {os.getpid()} ("
    )
    assert "LEADKEEP_PORT" in caught.value.hint


def test_free_port_passes_and_stays_free(unused_tcp_port: int) -> None:
    for _ in range(2):
        require_free("127.0.0.1", unused_tcp_port, purpose="the gateway", variable="LEADKEEP_PORT")


def test_address_of_another_machine_is_a_sentence() -> None:
    with pytest.raises(PortTakenError, match=r"192\.0\.2\.1 cannot be used for the gateway"):
        require_free("192.0.2.1", 8321, purpose="the gateway", variable="LEADKEEP_PORT")
