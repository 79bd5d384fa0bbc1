"""Posting a sample: whatever answers there becomes a value with a sentence, never a traceback."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from appliance.demo import posting
from appliance.demo.samples import SampleLead
from models.database import Database
from models.queries.intake import connection_by_token
from models.sealing import token_sha256
from tests.fakes.wire import RESET, Fault, Recorded, WireFake

SAMPLE = SampleLead("hot", "a sample", {"email": "anna@example.org", "submission_id": "demo-1"})
LEAD_ID = UUID("0193c0de-0000-7000-8000-000000000001")
PROBLEM = {"title": "Unprocessable Content", "status": 422, "detail": "The e-mail address is missing."}


class FakeGateway(WireFake):
    """Answers every post with what it is told."""

    answer: Response = PlainTextResponse("")

    async def respond(self, request: Recorded) -> Response | Fault:  # noqa: ARG002 - the wire's own signature
        return self.answer


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    async with FakeGateway() as served:
        yield served


def _json(body: Any, status: int = 200) -> Response:
    return JSONResponse(body, status)


async def test_a_sample_is_posted_with_the_token_as_a_form_would(gateway: FakeGateway) -> None:
    gateway.answer = _json({"event_id": str(LEAD_ID), "lead_id": str(LEAD_ID), "status": "accepted"})
    posted = await posting.post(gateway.url, "token", SAMPLE)
    assert (posted.status, posted.lead_id, posted.answer, posted.is_duplicate) == (200, LEAD_ID, "accepted", False)
    request = gateway.requests[0]
    assert (request.method, request.path) == ("POST", "/webhooks/web-form")
    assert (request.headers["authorization"], request.json) == ("Bearer token", SAMPLE.payload)


async def test_a_known_submission_is_a_duplicate_with_its_first_lead(gateway: FakeGateway) -> None:
    gateway.answer = _json({"lead_id": str(LEAD_ID), "status": "duplicate"})
    posted = await posting.post(gateway.url, "token", SAMPLE)
    assert (posted.is_duplicate, posted.lead_id) == (True, LEAD_ID)


@pytest.mark.parametrize(
    ("answer", "is_refused", "sentence"),
    [
        (_json(PROBLEM, 422), True, "The e-mail address is missing."),
        (_json({"title": "Service Unavailable"}, 503), False, "Service Unavailable"),
        (PlainTextResponse("<html>Bad gateway", 502), False, "the answer is no problem of the gateway's"),
        (PlainTextResponse("<html>Welcome", 200), False, "the answer is no acknowledgement of the gateway's"),
        (_json([1, 2]), False, "the answer is no acknowledgement of the gateway's"),
        (_json({"lead_id": "no id", "status": "accepted"}), False, "the answer is no acknowledgement of the gateway's"),
        (_json({"lead_id": 7}), False, "the answer is no acknowledgement of the gateway's"),
        (Response(b"\xff\xfe", 500), False, "the answer is no problem of the gateway's"),
    ],
)
async def test_any_other_answer_is_a_sentence(
    gateway: FakeGateway, answer: Response, is_refused: bool, sentence: str
) -> None:
    gateway.answer = answer
    posted = await posting.post(gateway.url, "token", SAMPLE)
    assert (posted.status, posted.lead_id) == (answer.status_code, None)
    assert (posted.is_refused, posted.answer) == (is_refused, sentence)


async def test_no_answer_is_a_sentence(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.fail(RESET)
    posted = await posting.post(gateway.url, "token", SAMPLE)
    assert (posted.status, posted.is_refused) == (None, False)
    assert posted.answer.startswith("no answer (")
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.1)
    gateway.fail(Fault(hang=True))
    assert (await posting.post(gateway.url, "token", SAMPLE)).answer == "no answer (ReadTimeout)"
    await gateway.stop()
    assert (await posting.post(gateway.url, "token", SAMPLE)).answer == "no answer (ConnectError)"


async def test_each_demo_gets_a_token_of_its_own(database: Database) -> None:
    first, second = [await posting.open_connection(database, "green-mortgage") for _ in range(2)]
    async with database.read() as session:
        found = [await connection_by_token(session, token_sha256(token)) for token in (first, second)]
    assert (found[0], found[1] and found[1].name) == (None, "demo")
