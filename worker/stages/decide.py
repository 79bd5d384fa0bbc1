"""Decide: pass and confident enough is approved for exactly the rendered bytes; everything else goes to a person."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guard.decision import decide
from models.approval import fill_slot, render
from models.database import Session
from models.errors import ConflictError
from models.mail import Mail
from models.opened import open_context, open_draft
from models.policy import Campaign, EngineDownAnswer
from models.queries import journey, leads
from models.queries.deliveries import Approval
from models.queries.journey import Author
from models.queries.leads import Claim
from models.states import LeadState
from models.tables.journey import Draft, Score, VerdictRow
from models.verdict import DecisionOutcome, DecisionReason, DecisionResult, Finding, Verdict
from worker.dossier import Dossier, take_dossier
from worker.metrics import DECISIONS
from worker.parts import Parts
from worker.review import to_review


@dataclass(frozen=True)
class _Checked:
    dossier: Dossier
    draft: Draft
    verdict: VerdictRow
    score: Score | None
    may_have_opted_out: bool
    """The CRM was to be asked and did not answer: nobody can decide for it (invariant 4)."""

    @property
    def confidence(self) -> float:
        """The weaker of what the engine says of its score and of its words; policy's own text is certain."""
        if self.draft.author == Author.POLICY or self.score is None:
            return 1.0 if self.draft.author == Author.POLICY else self.draft.confidence
        return min(self.draft.confidence, self.score.confidence)


async def run(parts: Parts, claimed: Claim) -> None:
    """Leave a decision: an approval that names its bytes, or a review item with a CRM task."""
    checked = await _gather(parts, claimed)
    result = _sure_of_crm(_result(checked), checked)
    async with parts.database.begin() as session:
        if result.outcome is DecisionOutcome.SEND:
            await _approve(session, parts, claimed, checked=checked, result=result)
        else:
            await _insert(session, checked, result, mail=None)
            await to_review(session, parts, claimed, step=checked.draft.step, reason=result.reasons[0])
    DECISIONS.labels(outcome=result.outcome, reason=result.reasons[0]).inc()


async def _gather(parts: Parts, claimed: Claim) -> _Checked:
    async with parts.database.read() as session:
        dossier = await take_dossier(session, parts, claimed.lead_id)
        drafted = await journey.latest_draft(session, dossier.opened.row)
        verdict = drafted and await journey.latest_verdict(session, drafted.id)
        score = await journey.latest_score(session, claimed.lead_id)
        snapshot = await journey.latest_context(session, claimed.lead_id)
    if drafted is None or not verdict or verdict.content_sha256 != drafted.content_sha256:
        message = "there is no verdict on this very draft"
        raise ConflictError(message)
    unanswered = snapshot is not None and open_context(dossier.opened.key, snapshot).crm_unreachable
    return _Checked(dossier, drafted, verdict, score, may_have_opted_out=unanswered and parts.crm is not None)


def _result(checked: _Checked) -> DecisionResult:
    verdict, campaign = verdict_of(checked.verdict), checked.dossier.campaign
    if checked.draft.author == Author.POLICY:
        return _about_holding_answer(checked.draft, verdict, campaign)
    edited = checked.draft.author == Author.PERSON
    return decide(verdict, confidence=checked.confidence, campaign=campaign, edited=edited)


def _about_holding_answer(draft: Draft, verdict: Verdict, campaign: Campaign) -> DecisionResult:
    reason = DecisionReason(draft.reason)
    may_leave = reason is DecisionReason.ENGINE_DOWN and campaign.engine_down.then is EngineDownAnswer.HOLDING
    if may_leave and verdict.action is None:
        return DecisionResult(outcome=DecisionOutcome.SEND, reasons=(reason,))
    return DecisionResult(outcome=DecisionOutcome.REVIEW, reasons=(reason,))


def _sure_of_crm(result: DecisionResult, checked: _Checked) -> DecisionResult:
    if not checked.may_have_opted_out:
        return result
    reasons = tuple(reason for reason in result.reasons if reason is not DecisionReason.PASSED)
    return DecisionResult(outcome=DecisionOutcome.REVIEW, reasons=(*reasons, DecisionReason.CRM_UNREACHABLE))


def verdict_of(row: VerdictRow) -> Verdict:
    """Read a stored verdict back."""
    return Verdict(
        findings=tuple(Finding.model_validate(finding) for finding in row.findings),
        risk=row.risk,
        guard_version=row.guard_version,
        content_sha256=row.content_sha256,
    )


async def _approve(
    session: Session, parts: Parts, claimed: Claim, *, checked: _Checked, result: DecisionResult
) -> None:
    opened, campaign = checked.dossier.opened, checked.dossier.campaign
    content = open_draft(opened.key, checked.draft)
    mail = render(opened, content, campaign, links=parts.links, date=parts.clock())
    decision_id = await _insert(session, checked, result, mail=mail)
    await fill_slot(session, opened, Approval(checked.draft.id, decision_id=decision_id), mail)
    await leads.move(session, claimed, LeadState.APPROVED, reason=result.reasons[0])


async def _insert(session: Session, checked: _Checked, result: DecisionResult, *, mail: Mail | None) -> UUID:
    campaign = checked.dossier.campaign
    thresholds: dict[str, Any] = campaign.thresholds.model_dump(mode="json")
    return await journey.insert_decision(
        session,
        checked.draft.id,
        checked.verdict.id,
        result,
        confidence=checked.confidence,
        thresholds=thresholds | {"sending_policy": campaign.sending_policy},
        campaign_digest=campaign.digest,
        message_sha256=mail.sha256 if mail else None,
    )
