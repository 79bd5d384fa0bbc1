"""Salesforce as the journey's CRM: unconverted leads first, then contacts; tasks on either.

SOQL reads what was just written, so find-then-create is safe to repeat. A query that holds an e-mail address
travels in the body of a composite call: a GET would write the address into the URL and so into logs on the way.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx

from models.clock import Clock
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
from worker.crm.salesforce_session import SalesforceAccount, SalesforceSession, refuse
from worker.transport import TransportError, json_object, listed

NOT_PROVIDED: Final = "[not provided]"
"""What Salesforce's own web-to-lead writes into the two fields that a Lead must have."""

_SUBJECT_CHARS: Final = 255
_DESCRIPTION_CHARS: Final = 32_000
_MAX_PAGES: Final = 10
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_LEAD_QUERY: Final = (
    "SELECT Id, FirstName, LastName, Phone, Company, Status, OwnerId, HasOptedOutOfEmail FROM Lead "
    "WHERE Email = '{email}' AND IsConverted = false ORDER BY CreatedDate DESC LIMIT 5"
)
_CONTACT_QUERY: Final = (
    "SELECT Id, FirstName, LastName, Phone, OwnerId, HasOptedOutOfEmail FROM Contact "
    "WHERE Email = '{email}' ORDER BY CreatedDate DESC LIMIT 5"
)
_TASK_QUERY: Final = (
    "SELECT Id, Description FROM Task WHERE WhoId = '{who}' AND Subject = '{subject}' "
    "ORDER BY CreatedDate DESC LIMIT 200"
)


class Salesforce:
    """A Salesforce org; implements `worker.crm.protocol.Crm`. The caller owns and closes the client."""

    name = "salesforce"

    def __init__(self, account: SalesforceAccount, client: httpx.AsyncClient, clock: Clock) -> None:
        self._account = account
        self._session = SalesforceSession(account, client, clock)

    async def find_contact(self, email: str) -> CrmContact | None:
        """Return the newest unconverted Lead with this address, else the newest Contact.

        The address is not unique in Salesforce: an opt-out on any of its records counts for all.
        """
        records = await self._by_email(email)
        if not records:
            return None
        return _contact_of(records[0], opted_out=any(record.get("HasOptedOutOfEmail") is True for record in records))

    async def upsert_contact(self, contact: ContactFields) -> CrmId:
        """Fill a known record's blanks, or create a Lead (through the external id field where there is one)."""
        records = await self._by_email(contact.email)
        if not records:
            return await self._create_lead(contact)
        found = records[0]
        blanks = blanks_of(_texts(found), _names_of(contact))
        if blanks:
            path = f"{self._account.data_path}/sobjects/{_kind_of(found)}/{quote(found['Id'], safe='')}"
            refuse(await self._session.call("PATCH", path, body=blanks))
        return CrmId(found["Id"])

    async def create_task(self, task: ReviewTask) -> CrmId:
        """Create an open task for the owner; recognised again by the marker in its description."""
        owner = task.owner_id or self._account.owner_id
        fields = {
            "WhoId": task.contact_id,
            "Subject": task.subject[:_SUBJECT_CHARS],
            "Status": self._account.task_status,
            "Priority": "High",
            "ActivityDate": task.due_at.astimezone(UTC).date().isoformat(),
            "Description": _description(task.body, task.idempotency_key),
        } | ({"OwnerId": owner} if owner else {})
        return await self._create_task_once(fields, task.idempotency_key)

    async def log_activity(self, activity: MailActivity) -> CrmId:
        """Create a completed task of the sub-type Email; recognised again by the marker in its description."""
        fields = {
            "WhoId": activity.contact_id,
            "Subject": activity.subject[:_SUBJECT_CHARS],
            "Status": self._account.task_done_status,
            "TaskSubtype": "Email",
            "ActivityDate": activity.sent_at.astimezone(UTC).date().isoformat(),
            "Description": _description(activity.body, activity.idempotency_key),
        }
        return await self._create_task_once(fields, activity.idempotency_key)

    async def check(self) -> None:
        """Look up an address that belongs to nobody: proves key, user, instance and field permissions."""
        await self._by_email(PROBE_EMAIL)

    async def _by_email(self, email: str) -> list[dict[str, Any]]:
        """Return unconverted leads, newest first, then contacts, newest first, of this address."""
        queries = {"leads": _LEAD_QUERY, "contacts": _CONTACT_QUERY}
        subrequests = [
            {"method": "GET", "referenceId": name, "url": self._query_path(soql.format(email=escape_soql(email)))}
            for name, soql in queries.items()
        ]
        body = {"allOrNone": False, "compositeRequest": subrequests}
        response = await self._session.call("POST", f"{self._account.data_path}/composite", body=body)
        refuse(response)
        parts = json_object(response, service=self.name).get("compositeResponse")
        return [record for name in queries for record in _records_of(parts, name)]

    async def _create_lead(self, contact: ContactFields) -> CrmId:
        fields = _names_of(contact) | {
            "Email": contact.email,
            "LastName": contact.last_name or NOT_PROVIDED,
            "Company": contact.company or NOT_PROVIDED,
        }
        headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"} if self._account.allow_duplicates else {}
        method, path = self._lead_address(contact.key)
        response = await self._session.call(method, path, body=fields, headers=headers)
        if response.status_code == HTTPStatus.MULTIPLE_CHOICES:
            msg = "salesforce: several leads carry the same external id; nothing was written"
            raise TransportError(msg, permanent=True, hint="Merge them in Salesforce and mark the field as unique.")
        refuse(response)
        return await self._created_id(response, contact.email)

    def _lead_address(self, key: str) -> tuple[str, str]:
        """Return method and path that create a Lead: by external id where both field and key are there."""
        field_name = self._account.external_id_field
        leads = f"{self._account.data_path}/sobjects/Lead"
        if not (field_name and key):
            return "POST", leads
        if not _FIELD_NAME.fullmatch(field_name):
            msg = "salesforce: the external id field's name is not a field name"
            raise TransportError(msg, permanent=True, hint="Use its API name, such as Leadkeep_Id__c.")
        return "PATCH", f"{leads}/{field_name}/{quote(key, safe='')}"

    async def _created_id(self, response: httpx.Response, email: str) -> CrmId:
        """Return the id from the answer; an update by external id may answer 204 without one."""
        if response.status_code != HTTPStatus.NO_CONTENT:
            return _id_of(json_object(response, service=self.name))
        records = await self._by_email(email)
        return _id_of({"id": records[0]["Id"]} if records else {})

    async def _create_task_once(self, fields: dict[str, str], key: str) -> CrmId:
        soql = _TASK_QUERY.format(who=escape_soql(fields["WhoId"]), subject=escape_soql(fields["Subject"]))
        async for record in self._query(soql):
            if marker(key) in str(record.get("Description")):
                return CrmId(record["Id"])
        response = await self._session.call("POST", f"{self._account.data_path}/sobjects/Task", body=fields)
        refuse(response)
        return _id_of(json_object(response, service=self.name))

    async def _query(self, soql: str) -> AsyncIterator[dict[str, Any]]:
        """Yield the records of a query without personal data, over at most ten pages."""
        path: object = self._query_path(soql)
        for _ in range(_MAX_PAGES):
            if not isinstance(path, str) or not path.startswith(f"{self._account.data_path}/query"):
                return
            response = await self._session.call("GET", path)
            refuse(response)
            answer = json_object(response, service=self.name)
            for record in _records(answer):
                yield record
            path = answer.get("nextRecordsUrl")

    def _query_path(self, soql: str) -> str:
        return f"{self._account.data_path}/query?q={quote(soql, safe='', errors='replace')}"


def escape_soql(text: str) -> str:
    r"""Return the text as it may stand between quotes in SOQL: `\`, `'` and line breaks escaped.

    Source: SOQL and SOSL Reference, "Quoted String Escape Sequences".
    """
    escapes = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(escapes.get(character, character) for character in text)


def _records_of(parts: object, name: str) -> list[dict[str, Any]]:
    """Return the records of one subrequest of a composite call; its own failure is the call's failure."""
    for part in parts if isinstance(parts, list) else []:
        match part:
            case {"referenceId": str(reference), "httpStatusCode": 200, "body": dict(body)} if reference == name:
                return _records(body)
            case {"referenceId": str(reference), "httpStatusCode": int(status), "body": body} if reference == name:
                refuse(httpx.Response(status, json=body))
            case _:
                continue
    msg = "salesforce: a query was not answered"
    raise TransportError(msg, hint="It is tried again by itself.")


def _records(answer: dict[str, Any]) -> list[dict[str, Any]]:
    records = listed(answer, "records", service="salesforce")
    if all(isinstance(record.get("Id"), str) for record in records):
        return records
    msg = "salesforce: a record without an id"
    raise TransportError(msg, hint="It is tried again by itself.")


def _kind_of(record: dict[str, Any]) -> str:
    """Return the object type by the key prefix of the record's id, which is the same in every org."""
    return "Lead" if record["Id"].startswith("00Q") else "Contact"


def _contact_of(record: dict[str, Any], *, opted_out: bool) -> CrmContact:
    texts = _texts(record)
    return CrmContact(
        id=CrmId(record["Id"]),
        first_name=texts.get("FirstName", ""),
        last_name=texts.get("LastName", ""),
        status=texts.get("Status", ""),
        lifecycle=_kind_of(record).lower(),
        owner_id=texts.get("OwnerId", ""),
        opted_out=opted_out,
    )


def _names_of(contact: ContactFields) -> dict[str, str]:
    """Return what may fill a blank on a Lead or a Contact alike."""
    fields = {"FirstName": contact.first_name, "LastName": contact.last_name, "Phone": contact.phone}
    return {name: value for name, value in fields.items() if value}


def _texts(record: dict[str, Any]) -> dict[str, str]:
    """Return the fields that hold something a person wrote; the placeholder counts as blank."""
    return {name: value for name, value in record.items() if isinstance(value, str) and value != NOT_PROVIDED}


def _description(body: str, key: str) -> str:
    ending = f"\n{marker(key)}"
    return body[: _DESCRIPTION_CHARS - len(ending)] + ending


def _id_of(answer: dict[str, object]) -> CrmId:
    if isinstance(answer.get("id"), str):
        return CrmId(str(answer["id"]))
    msg = "salesforce: created a record without an id"
    raise TransportError(msg, hint="It is looked for and tried again by itself.")
