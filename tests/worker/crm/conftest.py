"""A Salesforce org, a client and the adapter between them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from models.clock import system_clock
from tests.fakes.salesforce import FakeSalesforce
from worker.crm.protocol import Crm
from worker.crm.salesforce import Salesforce
from worker.crm.salesforce_session import SalesforceAccount
from worker.transport import http_client


@pytest.fixture
async def org() -> AsyncIterator[FakeSalesforce]:
    async with FakeSalesforce() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as opened:
        yield opened


@pytest.fixture
def account(org: FakeSalesforce) -> SalesforceAccount:
    return SalesforceAccount(
        instance_url=org.url,
        client_id=org.client_id,
        username=org.username,
        private_key_pem=org.private_key_pem,
        login_url=org.url,
    )


@pytest.fixture
def salesforce(account: SalesforceAccount, client: httpx.AsyncClient) -> Crm:
    return Salesforce(account, client, system_clock)
