"""HubSpot's CRM API as far as the product uses it, date-versioned; formats as in HubSpot's reference."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any

from starlette.responses import Response

from tests.fakes.wire import Recorded, WireFake, json_answer

_CONTACT_PROPERTIES = frozenset(
    {
        "email",
        "firstname",
        "lastname",
        "phone",
        "company",
        "hs_lead_status",
        "lifecyclestage",
        "hubspot_owner_id",
        "hs_email_optout",
    }
)
_TASK_PROPERTIES = frozenset(
    {
        "hs_timestamp",
        "hs_task_subject",
        "hs_task_body",
        "hs_task_status",
        "hs_task_priority",
        "hs_task_type",
        "hubspot_owner_id",
    }
)
_ENGAGEMENT_PROPERTIES = {
    "tasks": _TASK_PROPERTIES,
    "notes": frozenset({"hs_timestamp", "hs_note_body", "hubspot_owner_id"}),
}


@dataclass
class Engagement:
    """A task or a note and the contact that it belongs to."""

    id: str
    properties: dict[str, Any]
    contact_id: str


@dataclass
class HubSpotMemory:
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: list[Engagement] = field(default_factory=list)
    notes: list[Engagement] = field(default_factory=list)


class FakeHubSpot(WireFake):
    """Set `search_lags` to hide new contacts from search; `secondary_emails` to provoke the 409 of a taken address."""

    def __init__(self, token: str = "pat-eu1-test", version: str = "2026-03") -> None:
        super().__init__()
        self.token = token
        self.version = version
        self.memory = HubSpotMemory()
        self.search_lags = False
        self.secondary_emails: dict[str, str] = {}
        self.association_types = {"tasks": 204, "notes": 202}
        self.schema_is_readable = True
        self._ids = count(713492963559)

    def add_contact(self, **properties: Any) -> str:
        contact_id = str(next(self._ids))
        self.memory.contacts[contact_id] = properties
        return contact_id

    async def respond(self, request: Recorded) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _error(HTTPStatus.UNAUTHORIZED, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        steps = self._steps(request.path)
        match request.method, steps:
            case "POST", ["objects", "contacts", "search"]:
                return self._search(request.json)
            case "POST", ["objects", "contacts", "batch", "upsert"]:
                return self._upsert(request.json)
            case "GET", ["objects", "contacts", contact_id]:
                return self._read_contact(contact_id, request.query.get("associations", ""))
            case "PATCH", ["objects", "contacts", contact_id]:
                return self._patch(contact_id, request.json["properties"])
            case "POST", ["objects", ("tasks" | "notes") as kind]:
                return self._create(kind, request.json)
            case "POST", ["objects", ("tasks" | "notes") as kind, "batch", "read"]:
                return self._read_batch(kind, request.json)
            case "GET", ["associations", ("tasks" | "notes") as kind, "contacts", "labels"]:
                return self._labels(kind)
            case _:
                return _error(HTTPStatus.NOT_FOUND, "OBJECT_NOT_FOUND", "resource not found")

    def _steps(self, path: str) -> list[str]:
        """Strip the version, in whichever of the two layouts this account speaks."""
        steps = path.strip("/").split("/")
        if self.version.startswith("v"):
            versions = {"objects": self.version, "associations": "v4"}
            return steps[2:] if len(steps) > 2 and versions.get(steps[2]) == steps[1] else []
        return [steps[1], *steps[3:]] if len(steps) > 2 and steps[2] == self.version else []

    def _search(self, query: dict[str, Any]) -> Response:
        by_email = query["filterGroups"][0]["filters"][0]
        assert by_email["operator"] == "EQ"
        found = [] if self.search_lags else self._with_email(by_email["value"])
        results = [self._contact(item, query["properties"]) for item in found][: query["limit"]]
        return json_answer({"total": len(found), "results": results})

    def _with_email(self, email: str) -> list[str]:
        return [key for key, held in self.memory.contacts.items() if held.get("email", "").lower() == email.lower()]

    def _upsert(self, body: dict[str, Any]) -> Response:
        (wanted,) = body["inputs"]
        if wanted["id"] in self.secondary_emails:
            existing = self.secondary_emails[wanted["id"]]
            return _error(HTTPStatus.CONFLICT, "CONFLICT", f"Contact already exists. Existing ID: {existing}")
        if unknown := _unknown(wanted["properties"], _CONTACT_PROPERTIES):
            return unknown
        found = self._with_email(wanted["id"])
        contact_id = found[0] if found else self.add_contact(**{wanted["idProperty"]: wanted["id"]})
        self.memory.contacts[contact_id] |= wanted["properties"]
        result = self._contact(contact_id, list(_CONTACT_PROPERTIES)) | {"new": not found}
        return json_answer({"status": "COMPLETE", "results": [result]})

    def _read_contact(self, contact_id: str, associations: str) -> Response:
        if contact_id not in self.memory.contacts:
            return _error(HTTPStatus.NOT_FOUND, "OBJECT_NOT_FOUND", "resource not found")
        body = self._contact(contact_id, ["email"])
        mine = [item for item in getattr(self.memory, associations) if item.contact_id == contact_id]
        if mine:
            results = [{"id": item.id, "type": f"contact_to_{associations[:-1]}"} for item in mine]
            body["associations"] = {associations: {"results": results}}
        return json_answer(body)

    def _patch(self, contact_id: str, properties: dict[str, Any]) -> Response:
        if unknown := _unknown(properties, _CONTACT_PROPERTIES):
            return unknown
        self.memory.contacts[contact_id] |= properties
        return json_answer(self._contact(contact_id, list(properties)))

    def _create(self, kind: str, body: dict[str, Any]) -> Response:
        properties, (association,) = body["properties"], body["associations"]
        if unknown := _unknown(properties, _ENGAGEMENT_PROPERTIES[kind]):
            return unknown
        if "hs_timestamp" not in properties:
            return _error(HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "required property hs_timestamp")
        wanted = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": self.association_types[kind]}
        if association["types"] != [wanted]:
            return _error(HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "invalid association type")
        made = Engagement(str(next(self._ids)), properties, association["to"]["id"])
        getattr(self.memory, kind).append(made)
        return json_answer({"id": made.id, "properties": properties, "archived": False}, HTTPStatus.CREATED)

    def _read_batch(self, kind: str, body: dict[str, Any]) -> Response:
        asked = {item["id"] for item in body["inputs"]}
        if len(asked) > 100:
            return _error(HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "batch size over 100")
        pick: Callable[[Engagement], dict[str, Any]] = lambda item: {  # noqa: E731
            "id": item.id,
            "properties": {name: item.properties.get(name) for name in body["properties"]},
        }
        results = [pick(item) for item in getattr(self.memory, kind) if item.id in asked]
        return json_answer({"status": "COMPLETE", "results": results})

    def _labels(self, kind: str) -> Response:
        if not self.schema_is_readable:
            return _error(HTTPStatus.FORBIDDEN, "MISSING_SCOPES", "This app hasn't been granted all required scopes")
        own = {"category": "USER_DEFINED", "typeId": 36, "label": "Our own label"}
        plain = {"category": "HUBSPOT_DEFINED", "typeId": self.association_types[kind], "label": None}
        return json_answer({"results": [own, plain]})

    def _contact(self, contact_id: str, properties: list[str]) -> dict[str, Any]:
        held = self.memory.contacts[contact_id]
        stamps = {"createdAt": "2026-02-25T16:23:49.023Z", "updatedAt": "2026-03-12T07:34:24.559Z", "archived": False}
        shown = {name: held.get(name) for name in properties} | {"hs_object_id": contact_id}
        return {"id": contact_id, "properties": shown} | stamps


def _unknown(properties: dict[str, Any], known: frozenset[str]) -> Response | None:
    if set(properties) <= known:
        return None
    return _error(HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "PROPERTY_DOESNT_EXIST")


def _error(status: int, category: str, message: str) -> Response:
    body = {"status": "error", "message": message, "correlationId": "e2b7…", "category": category}
    return json_answer(body, status)
