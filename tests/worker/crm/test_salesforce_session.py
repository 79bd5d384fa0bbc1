"""Salesforce's tokens: one for many calls, renewed once, for one instance only."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from models.clock import system_clock
from tests.fakes.salesforce import FakeSalesforce
from tests.fakes.wire import Fault
from worker.crm.protocol import Crm
from worker.crm.salesforce import Salesforce
from worker.crm.salesforce_session import SalesforceAccount
from worker.transport import LOCKED_OUT_WAIT_S, TransportError


async def test_one_token_serves_many_calls(salesforce: Crm, org: FakeSalesforce) -> None:
    await salesforce.check()
    await salesforce.check()
    assert len(org.tokens) == 1


async def test_an_expired_token_is_renewed_once_and_unseen(salesforce: Crm, org: FakeSalesforce) -> None:
    lead = org.add("Lead", Email="marco@example.it", LastName="Rossi", Company="Rossi Srl")
    await salesforce.check()
    org.expire_tokens()
    found = await salesforce.find_contact("marco@example.it")
    assert found is not None
    assert found.id == lead


async def test_a_token_that_never_holds_is_not_renewed_forever(salesforce: Crm, org: FakeSalesforce) -> None:
    stale = b'[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'
    org.fault_for = lambda request: None if "oauth2" in request.path else Fault(status=401, body=stale)
    with pytest.raises(TransportError) as refused:
        await salesforce.check()
    assert refused.value.retryable
    assert len(org.requests) == 4


async def test_a_token_for_another_instance_is_refused(salesforce: Crm, org: FakeSalesforce) -> None:
    org.instance_url = "https://evil.example"
    with pytest.raises(TransportError, match="another instance") as refused:
        await salesforce.check()
    assert refused.value.permanent
    assert len(org.requests) == 1


async def test_an_unapproved_app_waits_for_its_approval_and_says_what_to_do(
    salesforce: Crm, org: FakeSalesforce
) -> None:
    org.user_is_approved = False
    with pytest.raises(TransportError, match="invalid_grant") as refused:
        await salesforce.check()
    assert (refused.value.retryable, refused.value.retry_after_s) == (True, LOCKED_OUT_WAIT_S)
    assert "pre-approved" in refused.value.hint


async def test_a_key_that_signs_for_nobody_is_refused_by_the_login_server(
    account: SalesforceAccount, client: httpx.AsyncClient
) -> None:
    stranger = FakeSalesforce(app="stranger")
    crm = Salesforce(replace(account, private_key_pem=stranger.private_key_pem), client, system_clock)
    with pytest.raises(TransportError, match="invalid_grant"):
        await crm.check()


async def test_an_assertion_outlives_no_difference_of_clocks(
    account: SalesforceAccount, org: FakeSalesforce, client: httpx.AsyncClient
) -> None:
    ahead = Salesforce(account, client, lambda: system_clock() + timedelta(seconds=50))
    await ahead.check()
    assert len(org.tokens) == 1


async def test_an_unreadable_key_is_permanent_and_stays_unquoted(
    account: SalesforceAccount, client: httpx.AsyncClient
) -> None:
    crm = Salesforce(replace(account, private_key_pem="hush"), client, system_clock)
    with pytest.raises(TransportError, match="cannot be read") as refused:
        await crm.check()
    assert refused.value.permanent
    assert "hush" not in repr(account) + str(refused.value)
