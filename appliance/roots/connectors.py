"""The connectors that the operator configured: at most one CRM, and Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from appliance.settings import Settings
from models.clock import system_clock
from worker.crm.hubspot import HubSpot, HubSpotAccount
from worker.crm.protocol import Crm
from worker.crm.salesforce import Salesforce
from worker.crm.salesforce_session import SalesforceAccount
from worker.notify.protocol import Notifier
from worker.notify.slack import Slack, SlackChannel
from worker.transport import http_client


@dataclass(frozen=True)
class Connectors:
    """What stands outside the house; None means off."""

    crm: Crm | None
    notifier: Notifier | None


@asynccontextmanager
async def open_connectors(settings: Settings) -> AsyncIterator[Connectors]:
    """Build the configured connectors over one HTTP client; HubSpot wins when both CRMs are set."""
    async with http_client() as client:
        crm = _hubspot(settings, client) or _salesforce(settings, client)
        notifier = None
        if settings.slack_webhook_url is not None:
            notifier = Slack(SlackChannel(settings.slack_webhook_url.get_secret_value()), client)
        yield Connectors(crm, notifier)


def _hubspot(settings: Settings, client: httpx.AsyncClient) -> Crm | None:
    if settings.hubspot_token is None:
        return None
    return HubSpot(HubSpotAccount(settings.hubspot_token.get_secret_value(), settings.hubspot_base_url), client)


def _salesforce(settings: Settings, client: httpx.AsyncClient) -> Crm | None:
    client_id, username = settings.salesforce_client_id, settings.salesforce_username
    instance_url, key_file = settings.salesforce_instance_url, settings.salesforce_key_file
    if client_id is None or username is None or instance_url is None or key_file is None:
        return None
    account = SalesforceAccount(
        instance_url=instance_url,
        client_id=client_id,
        username=username,
        private_key_pem=key_file.read_text(),
        login_url=settings.salesforce_login_url,
        audience=settings.salesforce_audience or "",
        owner_id=settings.salesforce_owner_id or "",
        external_id_field=settings.salesforce_external_id_field or "",
        allow_duplicates=settings.salesforce_allow_duplicates,
        task_status=settings.salesforce_task_status,
        task_done_status=settings.salesforce_task_done_status,
    )
    return Salesforce(account, client, system_clock)
