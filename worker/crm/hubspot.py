"""HubSpot as the journey's CRM: contacts by e-mail, tasks and notes on them.

Paths are date-versioned (`/crm/objects/2026-03/…`); a version that starts with `v` uses the older layout.
Search is an index that lags writes by up to a minute, so nothing here relies on it to prevent duplicates:
contacts are upserted by e-mail, tasks and notes are recognised through the contact's own associations.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx

from worker.crm.protocol import (
    PROBE_EMAIL,
    ContactFields,
    CrmContact,
    CrmId,
    MailActivity,
    ReviewTask,
    blanks_of,
    marker,
)
from worker.transport import TransportError, json_object, json_request, listed, refuse_failure, send

DEFAULT_ASSOCIATION_TYPES: Final = {"tasks": 204, "notes": 202}
"""HubSpot's own type ids towards contacts, used when the account may not read its association schema."""

_BATCH_LIMIT: Final = 100
_ERROR_NAME = re.compile(r"[A-Za-z_]{1,60}")
_EXISTING_ID = re.compile(r"Existing ID: (\d+)")
_PROPERTIES: Final = (
    "email",
    "firstname",
    "lastname",
    "phone",
    "company",
    "hs_lead_status",
    "lifecyclestage",
    "hubspot_owner_id",
    "hs_email_optout",
)


@dataclass(frozen=True, slots=True)
class HubSpotAccount:
    """Where and as whom to call: a private app's token with the scopes crm.objects.contacts.read and .write."""

    token: str = field(repr=False)
    base_url: str = "https://api.hubapi.com"
    api_version: str = "2026-03"
    owner_id: str = ""
    """The HubSpot user who gets tasks that name no owner."""

    @property
    def objects_url(self) -> str:
        """Return the base of the objects API."""
        path = f"{self.api_version}/objects" if self._is_legacy else f"objects/{self.api_version}"
        return f"{self.base_url.rstrip('/')}/crm/{path}"

    @property
    def associations_url(self) -> str:
        """Return the base of the association schema API (v4 is the last of the older layout)."""
        path = "v4/associations" if self._is_legacy else f"associations/{self.api_version}"
        return f"{self.base_url.rstrip('/')}/crm/{path}"

    @property
    def _is_legacy(self) -> bool:
        return self.api_version.startswith("v")


class HubSpot:
    """A HubSpot account; implements `worker.crm.protocol.Crm`. The caller owns and closes the client."""

    name = "hubspot"

    def __init__(self, account: HubSpotAccount, client: httpx.AsyncClient) -> None:
        self._account = account
        self._client = client
        self._association_types: dict[str, int] = {}

    async def find_contact(self, email: str) -> CrmContact | None:
        """Return the contact whose primary e-mail this is; one created in the last minute may not be seen yet."""
        found = await self._search(email)
        return None if found is None else _contact_of(found)

    async def upsert_contact(self, contact: ContactFields) -> CrmId:
        """Fill a known contact's blanks, or upsert by e-mail: HubSpot itself keeps the address unique."""
        wanted = _properties_of(contact)
        found = await self._search(contact.email)
        if found is None:
            return await self._batch_upsert(contact.email, wanted)
        blanks = blanks_of(_texts(found), wanted)
        if blanks:
            url = f"{self._account.objects_url}/contacts/{quote(_id_of(found), safe='')}"
            await self._call("PATCH", url, {"properties": blanks})
        return _id_of(found)

    async def create_task(self, task: ReviewTask) -> CrmId:
        """Create a high-priority e-mail task on the contact; recognised again by the marker in its body."""
        owner = task.owner_id or self._account.owner_id
        properties = {
            "hs_timestamp": _timestamp(task.due_at),
            "hs_task_subject": task.subject,
            "hs_task_body": _body(task.body, task.idempotency_key),
            "hs_task_status": "NOT_STARTED",
            "hs_task_priority": "HIGH",
            "hs_task_type": "EMAIL",
        } | ({"hubspot_owner_id": owner} if owner else {})
        return await self._create_once("tasks", task.contact_id, task.idempotency_key, properties)

    async def log_activity(self, activity: MailActivity) -> CrmId:
        """Write a note on the contact; recognised again by the marker in its body."""
        text = f"{activity.subject}\n{activity.body}"
        properties = {
            "hs_timestamp": _timestamp(activity.sent_at),
            "hs_note_body": _body(text, activity.idempotency_key),
        }
        return await self._create_once("notes", activity.contact_id, activity.idempotency_key, properties)

    async def check(self) -> None:
        """Search for an address that belongs to nobody: proves address, token and the contact scope."""
        await self._search(PROBE_EMAIL)

    async def _search(self, email: str) -> dict[str, Any] | None:
        by_email = {"propertyName": "email", "operator": "EQ", "value": email}
        query = {"filterGroups": [{"filters": [by_email]}], "properties": list(_PROPERTIES), "limit": 1}
        answer = await self._call("POST", f"{self._account.objects_url}/contacts/search", query)
        results = listed(answer, "results", service=self.name)
        return results[0] if results else None

    async def _batch_upsert(self, email: str, properties: dict[str, str]) -> CrmId:
        url = f"{self._account.objects_url}/contacts/batch/upsert"
        inputs = {"inputs": [{"idProperty": "email", "id": email, "properties": properties}]}
        response = await self._send("POST", url, inputs)
        if existing := _existing_id(response):
            return existing
        _refuse(response)
        results = listed(json_object(response, service=self.name), "results", service=self.name)
        if not results:
            msg = "hubspot: the contact was refused"
            raise TransportError(msg, permanent=True, hint="See the failed request in HubSpot's monitoring of the app.")
        return _id_of(results[0])

    async def _create_once(self, kind: str, contact_id: CrmId, key: str, properties: dict[str, str]) -> CrmId:
        existing = await self._marked(kind, contact_id, key)
        if existing:
            return existing
        type_id = await self._association_type(kind)
        association = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
        body = {"properties": properties, "associations": [{"to": {"id": contact_id}, "types": [association]}]}
        answer = await self._call("POST", f"{self._account.objects_url}/{kind}", body)
        return _id_of(answer)

    async def _marked(self, kind: str, contact_id: CrmId, key: str) -> CrmId | None:
        """Return the contact's task or note with our marker, among its newest hundred."""
        text_property = "hs_task_body" if kind == "tasks" else "hs_note_body"
        ids = await self._associated_ids(kind, contact_id)
        if not ids:
            return None
        url = f"{self._account.objects_url}/{kind}/batch/read"
        inputs = {"properties": [text_property], "inputs": [{"id": item} for item in ids]}
        results = listed(await self._call("POST", url, inputs), "results", service=self.name)
        marked = [item for item in results if marker(key) in _texts(item).get(text_property, "")]
        return _id_of(marked[0]) if marked else None

    async def _associated_ids(self, kind: str, contact_id: CrmId) -> list[CrmId]:
        url = f"{self._account.objects_url}/contacts/{quote(contact_id, safe='')}?associations={kind}&properties=email"
        answer = await self._call("GET", url)
        _id_of(answer)
        associations = answer.get("associations", {})
        mine = associations.get(kind) if isinstance(associations, dict) else None
        ids = {_id_of(item) for item in listed(mine, "results", service=self.name)} if isinstance(mine, dict) else set()
        return sorted(ids, key=lambda item: (len(item), item), reverse=True)[:_BATCH_LIMIT]

    async def _association_type(self, kind: str) -> int:
        if kind not in self._association_types:
            self._association_types[kind] = await self._read_association_type(kind)
        return self._association_types[kind]

    async def _read_association_type(self, kind: str) -> int:
        try:
            answer = await self._call("GET", f"{self._account.associations_url}/{kind}/contacts/labels")
        except TransportError as error:
            if not error.permanent and error.answered != HTTPStatus.FORBIDDEN:
                raise
            return DEFAULT_ASSOCIATION_TYPES[kind]
        for label in listed(answer, "results", service=self.name):
            match label:
                case {"category": "HUBSPOT_DEFINED", "label": None, "typeId": int(type_id)}:
                    return type_id
                case _:
                    continue
        return DEFAULT_ASSOCIATION_TYPES[kind]

    async def _call(self, method: str, url: str, body: object = None) -> dict[str, object]:
        response = await self._send(method, url, body)
        _refuse(response)
        return json_object(response, service=self.name)

    async def _send(self, method: str, url: str, body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._account.token}"}
        request = json_request(self._client, method, url, service=self.name, body=body, headers=headers)
        return await send(self._client, request, service=self.name)


def _refuse(response: httpx.Response) -> None:
    """Raise with HubSpot's own name of the error; its message may quote personal data and is left out."""
    if response.is_success:
        return
    try:
        error: object = response.json()
    except (ValueError, RecursionError):
        error = None
    name = error.get("policyName") or error.get("category") if isinstance(error, dict) else ""
    code = name if isinstance(name, str) and _ERROR_NAME.fullmatch(name) else ""
    refuse_failure(response, service=HubSpot.name, code=code)


def _existing_id(response: httpx.Response) -> CrmId | None:
    """Return the id from a 409 `Contact already exists. Existing ID: 6001`."""
    if response.status_code != HTTPStatus.CONFLICT:
        return None
    match = _EXISTING_ID.search(response.text)
    return CrmId(match[1]) if match else None


def _contact_of(record: dict[str, Any]) -> CrmContact:
    texts = _texts(record)
    return CrmContact(
        id=_id_of(record),
        first_name=texts.get("firstname", ""),
        last_name=texts.get("lastname", ""),
        status=texts.get("hs_lead_status", ""),
        lifecycle=texts.get("lifecyclestage", ""),
        owner_id=texts.get("hubspot_owner_id", ""),
        opted_out=texts.get("hs_email_optout", "") == "true",
    )


def _properties_of(contact: ContactFields) -> dict[str, str]:
    properties = {
        "firstname": contact.first_name,
        "lastname": contact.last_name,
        "phone": contact.phone,
        "company": contact.company,
    }
    return {name: value for name, value in properties.items() if value}


def _texts(record: dict[str, Any]) -> dict[str, str]:
    """Return the record's properties that hold text; HubSpot sends null for blank."""
    properties = record.get("properties")
    items = properties.items() if isinstance(properties, dict) else ()
    return {name: value for name, value in items if isinstance(value, str)}


def _id_of(record: dict[str, Any]) -> CrmId:
    if "id" in record:
        return CrmId(str(record["id"]))
    msg = "hubspot: a record without an id"
    raise TransportError(msg, hint="It is looked for and tried again by itself.")


def _body(text: str, key: str) -> str:
    """HubSpot shows this text as HTML."""
    return html.escape(f"{text}\n{marker(key)}", quote=True).replace("\n", "<br>")


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
