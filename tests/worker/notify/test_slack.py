"""Slack at the wire: what sales reads, and what each refusal means."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.wire import GARBAGE, RESET, Fault
from worker.notify.protocol import Notifier, SalesAlert
from worker.notify.slack import SECTION_CHARS, Slack, SlackChannel, message
from worker.transport import TransportError, http_client

ALERT = SalesAlert("0193-lead", 92, "web-form", "green-mortgage", "https://leads.example.com/leads/0193?a=1&b=2")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as opened:
        yield opened


@pytest.fixture
def notifier(slack: FakeSlack, client: httpx.AsyncClient) -> Notifier:
    return Slack(SlackChannel(slack.webhook_url), client)


def section(alert: SalesAlert) -> str:
    (block,) = message(alert)["blocks"]
    return str(block["text"]["text"])


async def test_sales_reads_score_campaign_source_and_a_link(notifier: Notifier, slack: FakeSlack) -> None:
    await notifier.notify(ALERT)
    (posted,) = slack.messages
    assert posted["text"] == "High-score lead: 92/100 for green-mortgage"
    assert posted["blocks"][0]["text"]["text"].splitlines() == [
        "*High-score lead: 92/100 for green-mortgage*",
        "Source: web-form",
        "Lead: 0193-lead",
        "<https://leads.example.com/leads/0193?a=1&amp;b=2|Open the lead>",
    ]


def test_a_lead_without_a_score_is_one_that_was_promised_a_person() -> None:
    alert = replace(ALERT, score=None)
    assert message(alert)["text"] == "A lead was promised an answer in person: green-mortgage"
    assert "None" not in section(alert)


def test_markup_in_a_value_is_shown_not_obeyed() -> None:
    text = section(SalesAlert("1", 90, "<!channel> & <https://evil.example|click>\n<@U1>", "c", "https://l.example"))
    assert "<!channel>" not in text
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; &lt;@U1&gt;" in text
    assert len(text.splitlines()) == 4


def test_a_url_cannot_end_its_link_early() -> None:
    assert section(SalesAlert("1", 90, "s", "c", "https://l.example/|x> <!here>")).endswith(
        "<https://l.example/%7Cx%3E%20%3C!here%3E|Open the lead>"
    )


def test_the_longest_message_stays_within_the_limits() -> None:
    longest = SalesAlert("&" * 5000, 100, "<" * 5000, ">" * 5000, "https://l.example/" + "&" * 190)
    assert len(section(longest)) <= SECTION_CHARS


def test_an_absurdly_long_address_is_refused() -> None:
    with pytest.raises(TransportError, match="too long"):
        section(SalesAlert("1", 90, "s", "c", "https://l.example/" + "&" * 250))


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (400, b"invalid_payload", True),
        (403, b"action_prohibited", False),
        (404, b"no_service", True),
        (410, b"channel_is_archived", True),
        (500, b"rollup_error", False),
        (503, b"upstream connect error", False),
        (200, b"rollup_error", False),
        (200, b'{"ok":false,"error":"channel_not_found"}', True),
        (200, b'{"ok":false,"error":"ratelimited"}', False),
    ],
)
async def test_a_refusal_is_permanent_or_not(
    notifier: Notifier, slack: FakeSlack, status: int, body: bytes, permanent: bool
) -> None:
    slack.fail(Fault(status=status, body=body))
    with pytest.raises(TransportError) as refused:
        await notifier.notify(ALERT)
    assert refused.value.permanent is permanent


async def test_a_rate_limit_says_how_long_to_wait(notifier: Notifier, slack: FakeSlack) -> None:
    slack.fail(Fault(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(TransportError) as limited:
        await notifier.notify(ALERT)
    assert (limited.value.retryable, limited.value.retry_after_s) == (True, 30)


@pytest.mark.parametrize("fault", [RESET, GARBAGE, Fault(status=200), Fault(status=302, headers={"Location": "/"})])
async def test_only_ok_means_that_it_was_posted(notifier: Notifier, slack: FakeSlack, fault: Fault) -> None:
    slack.fail(fault)
    with pytest.raises(TransportError):
        await notifier.notify(ALERT)


async def test_check_posts_nothing(notifier: Notifier, slack: FakeSlack) -> None:
    await notifier.check()
    assert slack.messages == []


async def test_check_of_a_dead_webhook_fails(slack: FakeSlack, client: httpx.AsyncClient) -> None:
    with pytest.raises(TransportError, match="no_service") as dead:
        await Slack(SlackChannel(f"{slack.url}/services/T/B/gone"), client).check()
    assert dead.value.permanent
    assert "gone" not in dead.value.message


def test_the_webhooks_address_is_in_no_representation() -> None:
    assert "hush" not in repr(SlackChannel("https://hooks.example/hush"))
