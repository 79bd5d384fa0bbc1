"""The HTTP client that every adapter shares: what a fault at the wire becomes."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import Response

from appliance.logs import redact
from tests.fakes.wire import HANG, RESET, Fault, Recorded, WireFake, huge, json_answer
from worker.transport import (
    LOCKED_OUT_WAIT_S,
    TransportError,
    http_client,
    json_object,
    json_request,
    refuse_failure,
    retry_after_s,
    send,
)


class Echo(WireFake):
    async def respond(self, request: Recorded) -> Response:
        return json_answer({"path": request.path, "headers": dict(request.headers)})


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with Echo() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(max_bytes=100_000) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, url: str, total_s: float = 60) -> httpx.Response:
    return await send(client, client.build_request("GET", url), service="echo", total_s=total_s)


async def failure_of(client: httpx.AsyncClient, url: str, total_s: float = 60) -> TransportError:
    with pytest.raises(TransportError) as failure:
        await ask(client, url, total_s)
    return failure.value


async def test_an_answer_comes_back_whole(echo: Echo, client: httpx.AsyncClient) -> None:
    assert json_object(await ask(client, f"{echo.url}/x"), service="echo")["path"] == "/x"


async def test_a_hanging_service_is_given_up_after_the_total_time(echo: Echo, client: httpx.AsyncClient) -> None:
    echo.fail(HANG)
    error = await failure_of(client, echo.url, total_s=0.2)
    assert error.retryable
    assert error.message == "echo: no answer within 0.2 s"


async def test_a_reset_connection_is_retryable(echo: Echo, client: httpx.AsyncClient) -> None:
    echo.fail(RESET)
    assert (await failure_of(client, echo.url)).retryable


async def test_a_service_that_is_not_there_is_retryable_and_unnamed(echo: Echo, client: httpx.AsyncClient) -> None:
    await echo.stop()
    error = await failure_of(client, f"{echo.url}/secret-path")
    assert error.retryable
    assert "secret-path" not in error.message
    assert error.__cause__ is None


async def test_ten_megabytes_are_refused_while_they_arrive(echo: Echo, client: httpx.AsyncClient) -> None:
    echo.fail(huge())
    error = await failure_of(client, echo.url)
    assert error.permanent
    assert "larger than 100000 bytes" in error.message


async def test_a_compressed_answer_is_refused_before_it_inflates(echo: Echo, client: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    echo.fail(Fault(status=200, body=bomb, headers={"Content-Encoding": "gzip"}))
    assert (await failure_of(client, echo.url)).permanent


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503, body=b"x" * 200_000),
        Fault(status=502, body=gzip.compress(b"<html>"), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["oversize", "compressed"],
)
async def test_an_unreadable_page_of_a_failing_service_is_retryable(
    echo: Echo, client: httpx.AsyncClient, fault: Fault
) -> None:
    echo.fail(fault)
    error = await failure_of(client, echo.url)
    assert (error.retryable, error.answered) == (True, fault.status)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_token_waits_for_an_operator(echo: Echo, client: httpx.AsyncClient, status: int) -> None:
    echo.fail(Fault(status=status))
    response = await ask(client, echo.url)
    with pytest.raises(TransportError) as failure:
        refuse_failure(response, service="echo")
    assert (failure.value.retryable, failure.value.retry_after_s) == (True, LOCKED_OUT_WAIT_S)


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("http://[::1/", "plain"),
        ("http://xn--/", "plain"),
        ("http://127.0.0.1:99999/", "plain"),
        ("http://127.0.0.1/", "perché"),
        ("{echo}/", "two\nlines"),
        ("ftp://127.0.0.1/", "plain"),
    ],
)
async def test_what_no_request_can_carry_is_permanent_and_unquoted(
    echo: Echo, client: httpx.AsyncClient, url: str, token: str
) -> None:
    async def call() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        request = json_request(client, "GET", url.format(echo=echo.url), service="echo", headers=headers)
        await send(client, request, service="echo")

    with pytest.raises(TransportError) as failure:
        await call()
    assert failure.value.permanent
    assert failure.value.message == "echo: the request cannot be written"
    assert failure.value.__cause__ is None


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("hubspot: HTTP 429 SECONDLY", "hubspot_http_429_secondly"),
        ("echo: no answer within 20 s", "echo_no_answer_within_20_s"),
        ("echo: answer larger than 2000000 bytes", "echo_answer_larger_than_2000000_bytes"),
    ],
)
def test_a_failure_has_one_word_that_the_log_shows(message: str, word: str) -> None:
    assert redact(None, "warning", {"reason": TransportError(message).reason}) == {"reason": word}


async def test_a_redirect_is_not_followed(echo: Echo, client: httpx.AsyncClient) -> None:
    echo.fail(Fault(status=302, headers={"Location": f"{echo.url}/elsewhere"}))
    response = await ask(client, f"{echo.url}/first")
    with pytest.raises(TransportError) as failure:
        refuse_failure(response, service="echo")
    assert failure.value.permanent
    assert [request.path for request in echo.requests] == ["/first"]


async def test_proxy_settings_of_the_machine_are_ignored(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with http_client() as fresh:
        assert (await ask(fresh, echo.url)).is_success


async def test_urls_are_not_logged(echo: Echo, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        await ask(client, f"{echo.url}/services/T0/secret")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert [line for line in ours if "secret" in line] == []


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, False),
        (403, False),
        (404, True),
        (408, False),
        (409, True),
        (429, False),
        (500, False),
        (503, False),
    ],
)
async def test_a_status_says_whether_a_retry_makes_sense(
    echo: Echo, client: httpx.AsyncClient, status: int, permanent: bool
) -> None:
    echo.fail(Fault(status=status))
    response = await ask(client, echo.url)
    with pytest.raises(TransportError) as failure:
        refuse_failure(response, service="echo", code="BUSY")
    assert failure.value.permanent is permanent
    assert failure.value.message == f"echo: HTTP {status} BUSY"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "99999999999"}, 86_400.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:30:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 120.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:00:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:30:00 GMT"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert retry_after_s(httpx.Headers(encoded)) == seconds


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"\xff", b"null", b"[" * 50_000])
async def test_a_body_that_is_no_json_object_is_an_error(echo: Echo, client: httpx.AsyncClient, body: bytes) -> None:
    echo.fail(Fault(status=200, body=body))
    response = await ask(client, echo.url)
    with pytest.raises(TransportError, match="without a JSON object"):
        json_object(response, service="echo")


async def test_text_that_is_no_valid_unicode_still_leaves(client: httpx.AsyncClient) -> None:
    body = {"name": "lone \ud800 surrogate"}
    request = json_request(client, "POST", "http://127.0.0.1/", service="echo", body=body)
    assert request.content == b'{"name": "lone \\ud800 surrogate"}'
