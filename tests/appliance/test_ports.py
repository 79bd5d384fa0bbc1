"""A taken port is said in one sentence: which one, who has it, which setting chooses another."""

import os
import socket

import pytest

from appliance.ports import PortTakenError, require_all_free, require_free
from appliance.settings import Settings
from appliance.start import listeners


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


def test_wildcard_of_ipv6_needs_the_port_of_ipv4_too(unused_tcp_port: int) -> None:
    with socket.create_server(("127.0.0.1", unused_tcp_port)), pytest.raises(PortTakenError):
        require_free("::", unused_tcp_port, purpose="the gateway", variable="LEADKEEP_PORT")


def test_used_port_of_a_workers_metrics_is_a_sentence(unused_tcp_port: int) -> None:
    box = settings(worker_metrics_port=unused_tcp_port - 1, worker_processes=2)
    with (
        socket.create_server(("127.0.0.1", unused_tcp_port)),
        pytest.raises(PortTakenError, match="the metrics of worker 2") as caught,
    ):
        require_all_free(place for place in listeners(box) if "metrics" in place.purpose)
    assert "LEADKEEP_WORKER_METRICS_PORT" in caught.value.hint


def test_port_beyond_the_last_one_is_a_sentence() -> None:
    box = settings(worker_metrics_port=65535, worker_processes=2)
    with pytest.raises(PortTakenError, match="There is no port 65536 for the metrics of worker 2"):
        require_all_free(place for place in listeners(box) if "metrics" in place.purpose)


@pytest.mark.parametrize("other", ["smtp_sink_port", "engine_port", "worker_metrics_port"])
def test_one_port_chosen_twice_is_a_sentence(unused_tcp_port: int, other: str) -> None:
    box = settings(port=unused_tcp_port, **{other: unused_tcp_port})
    with pytest.raises(PortTakenError, match=rf"Port {unused_tcp_port} is chosen both for the gateway and for the"):
        require_all_free(place for place in listeners(box) if place.port == unused_tcp_port)


def test_parts_of_the_operators_need_no_port_here(unused_tcp_port: int) -> None:
    theirs = {"smtp_url": "smtp://mail.example", "engine_url": "http://vllm:8000/v1"}
    box = settings(port=unused_tcp_port, smtp_sink_port=unused_tcp_port, engine_port=unused_tcp_port, **theirs)
    require_all_free(listeners(box))


def settings(**chosen: int | str) -> Settings:
    return Settings(_env_file=None, **chosen)  # type: ignore[arg-type]
