"""The draft stage asks the engine which approved claims answer this lead, and for the words around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inference.confidence import words_confidence
from inference.engine import Engine
from inference.exchange import ChatMessage, EngineRequest
from inference.lead_text import clean_line, fence_mark, fenced, lead_lines
from inference.output_types import DraftOutput, draft_output
from inference.prompt_library import Prompt, load_prompt
from inference.records import call_record
from inference.thresholds import (
    DRAFT_MAX_TOKENS,
    DRAFT_TEMPERATURE,
    EARLIER_SUBJECTS,
    INSTRUCTION_CHARS,
    PRIORITY_DRIP,
    PRIORITY_NOW,
    REPETITION_PENALTY,
)
from models.answers import DraftAnswer
from models.draft import DraftParts
from models.errors import PolicyError
from models.lead import Context, LeadDetails
from models.policy import Campaign, Claim, DraftingMode, DripStep, Language, Tone


@dataclass(frozen=True, slots=True)
class _Task:
    """What this message is for, beside whom it answers."""

    tone: Tone
    purpose: str
    earlier_subjects: tuple[str, ...]
    instruction: str


async def draft(  # noqa: PLR0913 — a draft's whole circumstances, all by keyword
    engine: Engine,
    lead: LeadDetails,
    context: Context,
    campaign: Campaign,
    *,
    tone: Tone,
    language: Language,
    step: DripStep | None,
    earlier_subjects: tuple[str, ...],
    instruction: str,
    seed: int,
    today: date,
) -> DraftAnswer:
    """Return the parts of a draft: claims that are live today in this language, and the model's words around them.

    `step` is the drip's, None for the first answer; `instruction` a reviewer's wish for another draft, or empty.
    Raises EngineUnavailableError (retryable), EngineAnswerError (a person writes) and PolicyError when the campaign
    has nothing that may be said today.
    """
    claims = _usable_claims(campaign, language, today)
    prompt = draft_prompt(campaign, language, claims)
    task = _Task(tone, step.purpose if step else "", earlier_subjects, instruction)
    request = EngineRequest(
        messages=_messages(prompt, lead, context, task, seed),
        output_type=draft_output(tuple(claim.id for claim in claims), language),
        max_tokens=DRAFT_MAX_TOKENS,
        temperature=DRAFT_TEMPERATURE,
        repetition_penalty=REPETITION_PENALTY,
        seed=seed,
        priority=PRIORITY_NOW if step is None else PRIORITY_DRIP,
    )
    answer = await engine.complete(request)
    return DraftAnswer(
        parts=_parts(answer.value),
        confidence=words_confidence(answer.tokens),
        call=call_record(prompt, request, answer),
    )


def draft_prompt(campaign: Campaign, language: Language, claims: Sequence[Claim]) -> Prompt:
    """Return the drafting prompt of a campaign in one language, with the claims that may be used today."""
    constants = {
        "product": campaign.product[language],
        "summary": campaign.summary[language],
        "claims": [{"id": claim.id, "topic": claim.topic} for claim in claims],
    }
    return load_prompt(f"draft.{language}", constants)


def _usable_claims(campaign: Campaign, language: Language, today: date) -> tuple[Claim, ...]:
    if campaign.drafting_mode is not DraftingMode.ASSEMBLED:
        message = f"Campaign {campaign.slug}: drafting_mode must be 'assembled'; free drafting is not offered."
        raise PolicyError(message)
    claims = campaign.live_claims(language, today)
    if not claims:
        message = f"Campaign {campaign.slug}: no claim may be used today in {language}; renew claims or facts."
        raise PolicyError(message)
    return claims


def _messages(prompt: Prompt, lead: LeadDetails, context: Context, task: _Task, seed: int) -> tuple[ChatMessage, ...]:
    mark = fence_mark(prompt.id, seed)
    return prompt.messages(
        tone=task.tone,
        purpose=clean_line(task.purpose, INSTRUCTION_CHARS),
        earlier_subjects=[
            clean_line(subject, INSTRUCTION_CHARS) for subject in task.earlier_subjects[-EARLIER_SUBJECTS:]
        ],
        instruction=clean_line(task.instruction, INSTRUCTION_CHARS),
        lead=fenced(lead_lines(lead, context), mark),
    )


def _parts(output: DraftOutput) -> DraftParts:
    """Return the parts; what the model said twice is said once, since no grammar can forbid it.

    The greeting is its word alone: the name is hostile input, which the model never sees and code adds.
    """
    bridges = dict.fromkeys(output.bridges)
    return DraftParts(
        subject=output.subject,
        greeting=output.greeting,
        blocks=tuple(dict.fromkeys(output.blocks)),
        bridges=tuple(bridges),
        closing=output.closing,
    )
