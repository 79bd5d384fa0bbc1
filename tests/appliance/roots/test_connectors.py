"""The connectors that settings describe are the ones that are built."""

from pathlib import Path

import pytest

from appliance.roots.connectors import open_connectors
from appliance.settings import Settings, variable
from worker.crm.salesforce import Salesforce
from worker.crm.salesforce_session import SalesforceAccount

SALESFORCE = {
    "salesforce_client_id": "consumer-key",
    "salesforce_username": "leads@bank.example",
    "salesforce_instance_url": "https://bank.my.salesforce.com",
    "salesforce_login_url": "https://bank.my.salesforce.com",
    "salesforce_audience": "https://login.salesforce.com",
    "salesforce_owner_id": "005dM000000001",
    "salesforce_external_id_field": "Leadkeep_Id__c",
    "salesforce_allow_duplicates": "true",
    "salesforce_task_status": "Da fare",
    "salesforce_task_done_status": "Fatto",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


async def test_every_setting_of_salesforce_reaches_its_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key_file = tmp_path / "salesforce.pem"
    key_file.write_text("the key")
    for name, value in (SALESFORCE | {"salesforce_key_file": str(key_file)}).items():
        monkeypatch.setenv(variable(name), value)
    async with open_connectors(Settings()) as connectors:
        assert isinstance(connectors.crm, Salesforce)
        account = connectors.crm._account
    assert account == SalesforceAccount(
        instance_url="https://bank.my.salesforce.com",
        client_id="consumer-key",
        username="leads@bank.example",
        private_key_pem="the key",
        login_url="https://bank.my.salesforce.com",
        audience="https://login.salesforce.com",
        owner_id="005dM000000001",
        external_id_field="Leadkeep_Id__c",
        allow_duplicates=True,
        task_status="Da fare",
        task_done_status="Fatto",
    )


async def test_nothing_is_built_that_is_not_named() -> None:
    async with open_connectors(Settings()) as connectors:
        assert (connectors.crm, connectors.notifier) == (None, None)
