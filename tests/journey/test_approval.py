"""An approval holds for the rules, the facts and the sender of the day; else the guard and the policy look again."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from guard.judge import Judge
from models.clock import system_clock
from models.policy import Campaign, Language, SendingPolicy, Trigger
from models.queries import leads
from models.queries.deliveries import delivery_of
from models.sealing import Keyring
from models.states import LeadState
from models.tables.journey import VerdictRow
from tests.fakes.smtp_server import GREYLISTED
from tests.journey.conftest import Box
from tests.journey.desk import approve
from tests.journey_rows import add_lead
from tests.samples import sample_lead
from worker.journey import advance

TODAY = system_clock().date()


class SuccessorJudge:
    """The same opinions under another version."""

    def __init__(self, judge: Judge) -> None:
        self.digest = "0" * 64
        self.risk = judge.risk


async def approved(box: Box, keyring: Keyring) -> UUID:
    """A lead whose mail was approved and has not left yet."""
    box.smtp.fail(GREYLISTED)
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("I am hot for this."))
    await advance(box.parts, lead_id)
    if await state_of(box, lead_id) == LeadState.IN_REVIEW:
        await approve(box, lead_id)
        await advance(box.parts, lead_id)
    assert await state_of(box, lead_id) == LeadState.APPROVED
    return lead_id


async def state_of(box: Box, lead_id: UUID) -> str:
    async with box.parts.database.read() as session:
        return (await leads.lead(session, lead_id)).state


async def again(box: Box, lead_id: UUID) -> None:
    async with box.parts.database.begin() as session:
        await session.execute(sa.text("UPDATE lead SET due_at = now(), lease_until = 'epoch' WHERE due_at IS NOT NULL"))
    await advance(box.parts, lead_id)


def with_figure(campaign: Campaign, expires: date) -> dict[str, Any]:
    """A campaign whose mails all state a figure, in a disclosure, that expires on a day of its own."""
    first, *rest = campaign.facts
    fact = first.model_copy(update={"id": "passing", "valid_from": date(2020, 1, 1), "expires": expires})
    index = next(i for i, notice in enumerate(campaign.disclosures) if Trigger.ALWAYS in notice.triggers)
    notice = campaign.disclosures[index]
    texts = {language: f"{text} {{passing}}" for language, text in notice.texts.items()}
    notices = list(campaign.disclosures)
    notices[index] = notice.model_copy(update={"texts": texts})
    return {"facts": (first, *rest, fact), "disclosures": tuple(notices)}


@pytest.mark.parametrize("sending", [SendingPolicy.REVIEW_ALL, SendingPolicy.THRESHOLD])
async def test_after_a_new_guard_the_lead_gets_a_fresh_verdict_and_its_mail_leaves(
    box: Box, keyring: Keyring, sending: SendingPolicy
) -> None:
    desk = box.with_campaign(sending_policy=sending)
    lead_id = await approved(desk, keyring)
    assert desk.parts.judge is not None
    renewed = replace(desk, parts=replace(desk.parts, judge=SuccessorJudge(desk.parts.judge)))
    await again(renewed, lead_id)
    async with box.parts.database.read() as session:
        versions = list(await session.scalars(sa.select(VerdictRow.guard_version).order_by(VerdictRow.created_at)))
    assert len(set(versions)) == len(versions) == 2
    if sending is SendingPolicy.REVIEW_ALL:
        assert box.smtp.mails == []
        assert await state_of(box, lead_id) == LeadState.IN_REVIEW
        await approve(renewed, lead_id)
        await advance(renewed.parts, lead_id)
    assert await state_of(box, lead_id) == LeadState.SENT
    assert len(box.smtp.mails) == 1


async def test_after_a_new_policy_the_old_draft_is_checked_against_it_and_can_leave(box: Box, keyring: Keyring) -> None:
    lead_id = await approved(box, keyring)
    await again(box.with_campaign(digest="1" * 64), lead_id)
    assert await state_of(box, lead_id) == LeadState.SENT
    assert len(box.smtp.mails) == 1


@pytest.mark.parametrize("sending", [SendingPolicy.REVIEW_ALL, SendingPolicy.THRESHOLD])
async def test_a_figure_that_expired_in_a_disclosure_stops_the_mail(
    box: Box, keyring: Keyring, sending: SendingPolicy
) -> None:
    (campaign,) = box.parts.campaigns.values()
    changes = with_figure(campaign, TODAY + timedelta(days=1))
    dated = box.with_campaign(sending_policy=sending, **changes)
    lead_id = await approved(dated, keyring)
    tomorrow = replace(dated.parts, clock=lambda: system_clock() + timedelta(days=2))
    await again(replace(dated, parts=tomorrow), lead_id)
    assert await state_of(box, lead_id) == LeadState.IN_REVIEW
    assert box.smtp.mails == []
    async with box.parts.database.read() as session:
        newest = sa.select(VerdictRow).order_by(VerdictRow.created_at.desc()).limit(1)
        verdict = (await session.scalars(newest)).one()
    assert {finding["rule_id"] for finding in verdict.findings} == {"S02"}


async def test_the_same_mail_leaves_while_the_figure_is_in_force(box: Box, keyring: Keyring) -> None:
    (campaign,) = box.parts.campaigns.values()
    dated = box.with_campaign(**with_figure(campaign, TODAY + timedelta(days=30)))
    lead_id = await approved(dated, keyring)
    await again(dated, lead_id)
    assert await state_of(box, lead_id) == LeadState.SENT


async def test_a_mail_approved_anew_for_another_domain_is_known_by_its_own_message_id(
    box: Box, keyring: Keyring
) -> None:
    lead_id = await approved(box, keyring)
    (campaign,) = box.parts.campaigns.values()
    moved = campaign.sender.model_copy(update={"email": "advice@moved.example"})
    await again(box.with_campaign(sender=moved, digest="1" * 64), lead_id)
    async with box.parts.database.read() as session:
        delivery = await delivery_of(session, await leads.lead(session, lead_id))
    assert delivery is not None
    (mail,) = box.smtp.mails
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert parsed["Message-ID"] == delivery.message_id == f"<{lead_id}.0@moved.example>"


async def test_a_finding_that_a_person_accepted_does_not_stop_the_mail(box: Box, keyring: Keyring) -> None:
    lead_id = await add_lead(box.parts.database, keyring, sample_lead("Buongiorno, hot.", language=Language.IT))
    await advance(box.parts, lead_id)
    assert await state_of(box, lead_id) == LeadState.IN_REVIEW
    await approve(box, lead_id)
    await advance(box.parts, lead_id)
    assert await state_of(box, lead_id) == LeadState.SENT
