"""Leads in any state, made with the product's own statements, for tests of the pages and for looking at them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from guard.assembly import assemble
from models.answers import CallRecord, ScoreAnswer
from models.approval import Links, fill_slot, render
from models.database import Database
from models.draft import DraftContent, DraftParts
from models.ids import new_id
from models.lead import Context, LeadDetails
from models.opened import open_draft, open_lead
from models.policy import Campaign, Tone
from models.queries import deliveries, intake, journey, leads
from models.queries.deliveries import Approval
from models.queries.journey import Author, NewDraft
from models.sealing import Keyring
from models.states import LeadState
from models.verdict import Action, DecisionOutcome, DecisionReason, DecisionResult, Finding, Verdict
from tests.samples import sample_lead

CALL = CallRecord(
    model="smollm2-135m-instruct",
    prompt_id="score",
    prompt_sha256="a" * 64,
    schema_sha256="b" * 64,
    temperature=0,
    seed=7,
    max_tokens=200,
    input_tokens=300,
    output_tokens=60,
    finish_reason="stop",
    duration_ms=900,
    attempts=1,
)
PARTS = DraftParts(
    subject="Your enquiry about a green home",
    greeting="Dear",
    blocks=("advice_call", "rate_green"),
    bridges=("Thank you for writing about your energy efficient flat.", "An adviser can go through it with you."),
    closing="Kind regards,",
)
PUBLIC_URL = "http://desk.test"


@dataclass(frozen=True)
class Plan:
    """How far a lead goes, and what it meets on its way."""

    details: LeadDetails = field(default_factory=sample_lead)
    state: LeadState = LeadState.IN_REVIEW
    score: int = 82
    reasoning: str = "Wants to buy soon, names the energy class and asks for an adviser."
    context: Context = field(default_factory=Context)
    parts: DraftParts = PARTS
    findings: tuple[Finding, ...] = ()
    reasons: tuple[DecisionReason, ...] = (DecisionReason.LOW_CONFIDENCE,)
    risk: float | None = 0.12
    confidence: float = 0.55
    is_checked: bool = True


def finding(action: Action = Action.BLOCK, place: str = "body[1]", start: int = 0, end: int = 9) -> Finding:
    message = "This promises credit or its cost. Say that it depends on the assessment, or remove the sentence."
    return Finding(rule_id="P01", action=action, message=message, place=place, start=start, end=end)


@dataclass(frozen=True)
class Seeder:
    """Puts leads into a real database, sealed like real ones."""

    database: Database
    keyring: Keyring
    campaign: Campaign
    now: datetime = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    async def lead(self, plan: Plan | None = None, **changes: object) -> UUID:
        """Store a lead and take it to its state."""
        plan = plan or Plan(**changes)  # type: ignore[arg-type]
        lead_id = await self._receive(plan)
        for reach in (self._enrich, self._score, self._route, self._draft, self._check, self._decide, self._settle):
            if await self._state(lead_id) == plan.state or not await reach(lead_id, plan):
                break
        return lead_id

    async def draft_of(self, lead_id: UUID) -> tuple[UUID, str]:
        """Return the newest draft's id and hash, as the page gives them to the browser."""
        async with self.database.read() as session:
            draft = await journey.latest_draft(session, await leads.lead(session, lead_id))
            assert draft is not None
            return draft.id, draft.content_sha256

    async def content_of(self, lead_id: UUID) -> DraftContent:
        async with self.database.read() as session:
            row = await leads.lead(session, lead_id)
            draft = await journey.latest_draft(session, row)
            assert draft is not None
            return open_draft((await open_lead(session, self.keyring, row)).key, draft)

    async def check(self, lead_id: UUID, *, findings: tuple[Finding, ...] = ()) -> None:
        """Do what the worker does after an edit: the guard's verdict, and back to the person."""
        plan = Plan(findings=findings, reasons=(DecisionReason.EDITED,))
        await self._check(lead_id, plan)
        await self._decide(lead_id, plan)

    async def _state(self, lead_id: UUID) -> LeadState:
        async with self.database.read() as session:
            return LeadState((await leads.lead(session, lead_id)).state)

    async def _receive(self, plan: Plan) -> UUID:
        key, wrapped = self.keyring.new_data_key()
        token = str(new_id()).encode()
        async with self.database.begin() as session:
            name = "website"
            await intake.add_connection(
                session, source="web-form", name=name, campaign=self.campaign.slug, token_sha256=token
            )
        async with self.database.begin() as session:
            connection = await intake.connection_by_token(session, token)  # type: ignore[arg-type]
            assert connection is not None
            sealed = key.seal(b"{}", "body")
            event = await intake.store_event(
                session,
                intake.NewEvent(
                    connection.id, "web-form", str(new_id()), b"0" * 32, "application/json", wrapped, sealed
                ),
            )
            return await intake.insert_lead(
                session,
                event,
                intake.NewLead(
                    self.campaign.slug,
                    "web-form",
                    plan.details.language,
                    key.seal_model(plan.details, "details"),
                    self.keyring.email_index(plan.details.contact.email),
                ),
            )

    async def _move(self, lead_id: UUID, target: LeadState) -> bool:
        async with self.database.begin() as session:
            claimed = await leads.claim(session, lead_id, lease_s=60)
            assert claimed is not None
            await leads.move(session, claimed, target)
        return True

    async def _enrich(self, lead_id: UUID, plan: Plan) -> bool:
        async with self.database.begin() as session:
            opened = await open_lead(session, self.keyring, await leads.lead(session, lead_id))
            sealed = opened.key.seal_model(plan.context, "context")
            await journey.insert_context(session, lead_id, sealed=sealed, returning=plan.context.returning)
        return await self._move(lead_id, LeadState.ENRICHED)

    async def _score(self, lead_id: UUID, plan: Plan) -> bool:
        answer = ScoreAnswer(
            score=plan.score, reasoning=plan.reasoning, suggested_tone=Tone.FRIENDLY, confidence=0.74, call=CALL
        )
        async with self.database.begin() as session:
            opened = await open_lead(session, self.keyring, await leads.lead(session, lead_id))
            await journey.insert_score(session, lead_id, answer, key=opened.key, campaign_digest=self.campaign.digest)
        return await self._move(lead_id, LeadState.SCORED)

    async def _route(self, lead_id: UUID, plan: Plan) -> bool:
        to_drip = plan.state is LeadState.ENROLLED
        async with self.database.begin() as session:
            await journey.insert_route(
                session,
                lead_id,
                way="drip" if to_drip else "draft",
                segment="nurture" if to_drip else None,
                threshold=60,
                campaign_digest=self.campaign.digest,
            )
        return await self._move(lead_id, LeadState.ENROLLED if to_drip else LeadState.DRAFTING)

    async def _draft(self, lead_id: UUID, plan: Plan) -> bool:
        content = assemble(
            plan.parts,
            first_name=plan.details.contact.first_name,
            language=plan.details.language,
            campaign=self.campaign,
            today=date(2026, 11, 23),
            unsubscribe_url=Links(PUBLIC_URL, self.keyring).unsubscribe(lead_id),
        )
        new = NewDraft(content, Author.MODEL, self.campaign.digest, confidence=plan.confidence, call=CALL)
        async with self.database.begin() as session:
            opened = await open_lead(session, self.keyring, await leads.lead(session, lead_id))
            await journey.insert_draft(session, opened.row, new, key=opened.key)
        return await self._move(lead_id, LeadState.DRAFTED)

    async def _check(self, lead_id: UUID, plan: Plan) -> bool:
        if not plan.is_checked:
            return await self._move(lead_id, LeadState.IN_REVIEW)
        draft_id, content_sha256 = await self.draft_of(lead_id)
        verdict = Verdict(
            findings=plan.findings, risk=plan.risk, guard_version="2026.11.1-3f9c2a", content_sha256=content_sha256
        )
        async with self.database.begin() as session:
            await journey.insert_verdict(session, draft_id, verdict, campaign_digest=self.campaign.digest)
        return await self._move(lead_id, LeadState.CHECKED)

    async def _decide(self, lead_id: UUID, plan: Plan) -> bool:
        if plan.state in {LeadState.SENT, LeadState.QUARANTINED}:
            return await self._approve(lead_id)
        draft_id, _ = await self.draft_of(lead_id)
        result = DecisionResult(outcome=DecisionOutcome.REVIEW, reasons=plan.reasons)
        async with self.database.begin() as session:
            verdict = await journey.latest_verdict(session, draft_id)
            assert verdict is not None
            await journey.insert_decision(
                session,
                draft_id,
                verdict.id,
                result,
                confidence=plan.confidence,
                thresholds={},
                campaign_digest=self.campaign.digest,
                message_sha256=None,
            )
        return await self._move(lead_id, LeadState.IN_REVIEW)

    async def _approve(self, lead_id: UUID) -> bool:
        draft_id, _ = await self.draft_of(lead_id)
        result = DecisionResult(outcome=DecisionOutcome.SEND, reasons=(DecisionReason.PASSED,))
        content = await self.content_of(lead_id)
        async with self.database.begin() as session:
            opened = await open_lead(session, self.keyring, await leads.lead(session, lead_id))
            links = Links(PUBLIC_URL, self.keyring)
            mail = render(opened, content, self.campaign, links=links, date=self.now)
            verdict = await journey.latest_verdict(session, draft_id)
            assert verdict is not None
            decision_id = await journey.insert_decision(
                session,
                draft_id,
                verdict.id,
                result,
                confidence=0.8,
                thresholds={},
                campaign_digest=self.campaign.digest,
                message_sha256=mail.sha256,
            )
            await fill_slot(session, opened, Approval(draft_id, decision_id=decision_id), mail)
        return await self._move(lead_id, LeadState.APPROVED)

    async def _settle(self, lead_id: UUID, plan: Plan) -> bool:
        ends = {LeadState.SENT: "sent", LeadState.QUARANTINED: "unknown"}
        if plan.state is LeadState.REJECTED:
            async with self.database.begin() as session:
                await leads.move_by_person(
                    session, lead_id, expected=LeadState.IN_REVIEW, target=LeadState.REJECTED, actor="user:seed"
                )
            return False
        async with self.database.begin() as session:
            claimed = await leads.claim(session, lead_id, lease_s=60)
            assert claimed is not None
            slot = await deliveries.delivery_of(session, await leads.lead(session, lead_id))
            assert slot is not None
            await deliveries.take_slot(session, slot, lead_token=claimed.token)
            await deliveries.settle_delivery(session, slot, state=ends[plan.state], reply_code=250)
            if plan.state is LeadState.QUARANTINED:
                await journey.insert_quarantine(session, lead_id, reason="send_unknown")
            await leads.move(session, claimed, plan.state)
        return False
