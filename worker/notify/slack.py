"""Slack by incoming webhook: sales hears of a lead that is worth a person and opens it behind our login."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import httpx

from worker.notify.protocol import SalesAlert
from worker.transport import TransportError, json_request, refuse_failure, send

SECTION_CHARS: Final = 3000
"""Slack's limit for a section's text, escapes included (the whole message: about 13,000 in practice)."""

_VALUE_CHARS: Final = 100
"""Three values, each at most five times longer once escaped, and one link stay below the section's limit."""
_URL_CHARS: Final = 1000
_ERROR_NAME = re.compile(r"[a-z_]{1,60}")
_NOTHING_TO_POST = frozenset({"no_text", "invalid_payload", "missing_text_or_fallback_or_attachments"})
_RETRYABLE_ERRORS = frozenset(
    {"rollup_error", "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
)


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """The channel's incoming webhook; whoever knows the address can post, so it is a secret."""

    webhook_url: str = field(repr=False)


class Slack:
    """One Slack channel; implements `worker.notify.protocol.Notifier`. The caller owns and closes the client."""

    name = "slack"

    def __init__(self, channel: SlackChannel, client: httpx.AsyncClient) -> None:
        self._channel = channel
        self._client = client

    async def notify(self, alert: SalesAlert) -> None:
        """Post one message; Slack has no idempotency key, so a repetition may show twice."""
        response = await self._post(message(alert))
        _refuse(response)

    async def check(self) -> None:
        """Post nothing: a live webhook answers that there is no text, a dead one that it does not exist."""
        response = await self._post({})
        if response.status_code == HTTPStatus.BAD_REQUEST and response.text.strip() in _NOTHING_TO_POST:
            return
        _refuse(response)

    async def _post(self, body: dict[str, Any]) -> httpx.Response:
        request = json_request(self._client, "POST", self._channel.webhook_url, service=self.name, body=body)
        return await send(self._client, request, service=self.name)


def message(alert: SalesAlert) -> dict[str, Any]:
    """Return the webhook's body: a fallback text and one section, within Slack's limits by construction."""
    headline = _headline(alert)
    facts = {"Source": alert.source, "Lead": alert.lead_id}
    lines = [f"*{headline}*", *(f"{name}: {escape(value)}" for name, value in facts.items()), _link(alert.url)]
    return {"text": headline, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(lines)}}]}


def escape(text: str) -> str:
    """Return one line that Slack shows as it is: `&`, `<` and `>` escaped, at most 100 characters of the text.

    Without it `<!channel>` calls everybody and `<https://…|text>` disguises a link.
    Source: Slack, "Formatting text for app surfaces", escaping text.
    """
    line = " ".join(text.split())[:_VALUE_CHARS]
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _headline(alert: SalesAlert) -> str:
    campaign = escape(alert.campaign)
    if alert.score is None:
        return f"A lead was promised an answer in person: {campaign}"
    return f"High-score lead: {alert.score}/100 for {campaign}"


def _link(url: str) -> str:
    """Return a link that nothing in the URL can end early; our own URLs are far below the limit."""
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace(" ", "%20")
    if len(safe) > _URL_CHARS:
        msg = "slack: the lead page's address is too long"
        raise TransportError(msg, permanent=True, hint="Shorten the public address in the settings.")
    return f"<{safe}|Open the lead>"


def _refuse(response: httpx.Response) -> None:
    """Raise unless Slack took the message: the body must be `ok`, and its errors are one plain word."""
    text = response.text.strip()
    if response.is_success and text == "ok":
        return
    name = text if _ERROR_NAME.fullmatch(text) else ""
    refuse_failure(response, service=Slack.name, code=name)
    error = name or _api_error(response) or "an answer that is not Slack's"
    msg = f"slack: {error}"
    raise TransportError(msg, permanent=error not in _RETRYABLE_ERRORS, hint="Check the webhook's address.")


def _api_error(response: httpx.Response) -> str:
    """Return the error of `{"ok": false, "error": …}`, which Slack's other endpoints answer with status 200."""
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        return ""
    name = body.get("error") if isinstance(body, dict) else ""
    return name if isinstance(name, str) and _ERROR_NAME.fullmatch(name) else ""
