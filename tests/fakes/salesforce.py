"""Salesforce: the JWT bearer token endpoint and the REST API as far as the product uses it."""

import json
import time
from functools import cache
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.responses import Response

from tests.fakes.soql import MalformedQueryError, parse
from tests.fakes.wire import Recorded, WireFake, json_answer

_PREFIXES = {"Lead": "00Q", "Contact": "003", "Task": "00T"}
_REQUIRED = {"Lead": {"LastName", "Company"}, "Contact": {"LastName"}, "Task": set[str]()}
_FIELDS = {
    "Lead": "Id FirstName LastName Phone Company Email Status OwnerId HasOptedOutOfEmail IsConverted Leadkeep_Id__c",
    "Contact": "Id FirstName LastName Phone Email OwnerId HasOptedOutOfEmail",
    "Task": "Id WhoId Subject Status Priority ActivityDate Description OwnerId TaskSubtype",
}
_LONGEST_ASSERTION_S = 180


class FakeSalesforce(WireFake):
    """One org that is its own login server. `private_key_pem` is the connected app's; every record is in `records`."""

    client_id = "3MVG9.consumer.key"
    username = "integration@example.com"

    def __init__(self, version: str = "v62.0", app: str = "leadkeep") -> None:
        super().__init__()
        self.version = version
        self.records: dict[str, dict[str, dict[str, Any]]] = {"Lead": {}, "Contact": {}, "Task": {}}
        self.tokens: set[str] = set()
        self.user_is_approved = True
        self.instance_url = ""
        """What the token endpoint says; empty means this server."""
        self.hidden_fields: set[str] = set()
        self.duplicate_rule = False
        self.page_size = 2000
        self._key = _key_of(app)
        self._ids = count(1)
        self._pages: dict[str, list[dict[str, Any]]] = {}

    @property
    def private_key_pem(self) -> str:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def add(self, kind: str, **fields: Any) -> str:
        record_id = f"{_PREFIXES[kind]}dM{next(self._ids):09d}QAK"
        self.records[kind][record_id] = {"IsConverted": False, "HasOptedOutOfEmail": False} | fields | {"Id": record_id}
        return record_id

    def expire_tokens(self) -> None:
        self.tokens.clear()

    async def respond(self, request: Recorded) -> Response:
        if request.path == "/services/oauth2/token":
            return self._issue_token(dict(parse_qsl(request.body.decode())))
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _errors(HTTPStatus.UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
        if request.path == f"/services/data/{self.version}/composite":
            return self._composite(request.json)
        return self._data(request)

    def _issue_token(self, form: dict[str, str]) -> Response:
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return json_answer({"error": "unsupported_grant_type"}, HTTPStatus.BAD_REQUEST)
        try:
            claims = jwt.decode(
                form["assertion"],
                self._key.public_key(),
                algorithms=["RS256"],
                audience=self.url,
                issuer=self.client_id,
                options={"require": ["exp", "iss", "sub", "aud"]},
            )
        except jwt.PyJWTError:
            return _grant_error("invalid assertion")
        if claims["exp"] > time.time() + _LONGEST_ASSERTION_S + 1 or claims["sub"] != self.username:
            return _grant_error("invalid assertion")
        if not self.user_is_approved:
            return _grant_error("user hasn't approved this consumer")
        token = f"00DdM!{next(self._ids)}"
        self.tokens.add(token)
        instance = self.instance_url or self.url
        return json_answer({"access_token": token, "instance_url": instance, "token_type": "Bearer", "scope": "api"})

    def _composite(self, body: dict[str, Any]) -> Response:
        answers = []
        for part in body["compositeRequest"]:
            url = urlsplit(part["url"])
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            sent = json.dumps(part.get("body")).encode()
            answer = self._data(Recorded(part["method"], url.path, query, {}, sent))
            parsed = json.loads(bytes(answer.body)) if answer.body else None
            answers.append(
                {
                    "body": parsed,
                    "httpHeaders": {},
                    "httpStatusCode": answer.status_code,
                    "referenceId": part["referenceId"],
                }
            )
        return json_answer({"compositeResponse": answers})

    def _data(self, request: Recorded) -> Response:
        base = f"/services/data/{self.version}/"
        steps = request.path.removeprefix(base).split("/") if request.path.startswith(base) else []
        match request.method, steps:
            case "GET", ["query"]:
                return self._query(request.query["q"])
            case "GET", ["query", cursor]:
                return self._page(cursor)
            case "POST", ["sobjects", kind]:
                return self._create(kind, request.json, request.headers)
            case "PATCH", ["sobjects", kind, record_id]:
                return self._update(kind, record_id, request.json)
            case "PATCH", ["sobjects", kind, field, value]:
                return self._upsert(kind, (field, value), request)
            case _:
                return _errors(HTTPStatus.NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")

    def _query(self, soql: str) -> Response:
        try:
            query = parse(soql)
        except MalformedQueryError:
            return _errors(HTTPStatus.BAD_REQUEST, "MALFORMED_QUERY", "unexpected token")
        unknown = {*query.fields, *query.where} - set(_FIELDS[query.kind].split()) | self.hidden_fields & {
            *query.fields
        }
        if unknown:
            return _errors(HTTPStatus.BAD_REQUEST, "INVALID_FIELD", f"No such column '{unknown.pop()}'")
        newest_first = reversed(self.records[query.kind].values())
        found = [record for record in newest_first if query.matches(record)][: query.limit]
        rows = [{"attributes": {"type": query.kind}} | {name: row.get(name) for name in query.fields} for row in found]
        return self._paged(rows)

    def _page(self, cursor: str) -> Response:
        return self._paged(self._pages.pop(cursor, []))

    def _paged(self, rows: list[dict[str, Any]]) -> Response:
        shown, rest = rows[: self.page_size], rows[self.page_size :]
        body: dict[str, Any] = {"totalSize": len(rows), "done": not rest, "records": shown}
        if rest:
            cursor = f"01gdM{next(self._ids)}-{self.page_size}"
            self._pages[cursor] = rest
            body["nextRecordsUrl"] = f"/services/data/{self.version}/query/{cursor}"
        return json_answer(body)

    def _create(self, kind: str, fields: dict[str, Any], headers: Any) -> Response:
        if refused := self._invalid(kind, fields, creating=True):
            return refused
        if kind == "Lead" and self.duplicate_rule and headers.get("sforce-duplicate-rule-header") != "allowSave=true":
            return _errors(HTTPStatus.BAD_REQUEST, "DUPLICATES_DETECTED", "Use one of these records?")
        record_id = self.add(kind, **fields)
        return json_answer({"id": record_id, "success": True, "errors": []}, HTTPStatus.CREATED)

    def _update(self, kind: str, record_id: str, fields: dict[str, Any]) -> Response:
        if record_id not in self.records.get(kind, {}):
            return _errors(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Provided external ID field does not exist")
        if refused := self._invalid(kind, fields, creating=False):
            return refused
        self.records[kind][record_id] |= fields
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def _upsert(self, kind: str, key: tuple[str, str], request: Recorded) -> Response:
        name, value = key
        found = [record["Id"] for record in self.records[kind].values() if record.get(name) == value]
        if len(found) > 1:
            urls = [f"/services/data/{self.version}/sobjects/{kind}/{item}" for item in found]
            return json_answer(urls, HTTPStatus.MULTIPLE_CHOICES)
        if name in request.json:
            return _errors(HTTPStatus.BAD_REQUEST, "INVALID_FIELD", "The external ID field must not be in the body")
        if not found:
            return self._create(kind, request.json | {name: value}, request.headers)
        self.records[kind][found[0]] |= request.json
        return json_answer({"id": found[0], "success": True, "errors": [], "created": False})

    def _invalid(self, kind: str, fields: dict[str, Any], *, creating: bool) -> Response | None:
        if unknown := set(fields) - set(_FIELDS[kind].split()):
            return _errors(HTTPStatus.BAD_REQUEST, "INVALID_FIELD", f"No such column '{unknown.pop()}'")
        if creating and not _REQUIRED[kind] <= set(fields):
            return _errors(HTTPStatus.BAD_REQUEST, "REQUIRED_FIELD_MISSING", "Required fields are missing")
        if len(fields.get("Subject", "")) > 255:
            return _errors(HTTPStatus.BAD_REQUEST, "STRING_TOO_LONG", "data value too large")
        return None


@cache
def _key_of(app: str) -> rsa.RSAPrivateKey:
    """One key for each connected app; made once for the run, for it takes a while."""
    assert app
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _errors(status: int, code: str, message: str) -> Response:
    return json_answer([{"message": message, "errorCode": code, "fields": []}], status)


def _grant_error(description: str) -> Response:
    return json_answer({"error": "invalid_grant", "error_description": description}, HTTPStatus.BAD_REQUEST)
