"""Slack's incoming webhook: `ok` in plain text, or one word of refusal."""

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse, Response

from tests.fakes.wire import Recorded, WireFake

_SECTION_CHARS = 3000
_MAX_BLOCKS = 50


class FakeSlack(WireFake):
    """`webhook_url` is live; `messages` holds what was posted."""

    path = "/services/T00000000/B00000000/secret0of0the0channel"

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    @property
    def webhook_url(self) -> str:
        return self.url + self.path

    async def respond(self, request: Recorded) -> Response:
        if request.path != self.path:
            return PlainTextResponse("no_service", HTTPStatus.NOT_FOUND)
        if request.method != "POST" or request.headers.get("content-type") != "application/json":
            return PlainTextResponse("invalid_payload", HTTPStatus.BAD_REQUEST)
        try:
            message = request.json
        except json.JSONDecodeError:
            return PlainTextResponse("invalid_payload", HTTPStatus.BAD_REQUEST)
        if refusal := _refusal(message):
            return PlainTextResponse(refusal, HTTPStatus.BAD_REQUEST)
        self.messages.append(message)
        return PlainTextResponse("ok")


def _refusal(message: dict[str, Any]) -> str:
    blocks = message.get("blocks", [])
    if not (message.get("text") or blocks):
        return "no_text"
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    fits = len(blocks) <= _MAX_BLOCKS and all(0 < len(text) <= _SECTION_CHARS for text in texts)
    return "" if fits else "invalid_blocks"
