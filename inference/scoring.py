"""The score stage asks the engine how soon this lead deserves an answer, and in what tone."""

from inference.confidence import score_confidence
from inference.engine import Engine
from inference.exchange import EngineRequest
from inference.lead_text import clean, fence_mark, fenced, lead_lines
from inference.output_types import score_output
from inference.prompt_library import Prompt, load_prompt
from inference.records import call_record
from inference.scored_examples import example_turns, examples_source
from inference.thresholds import MESSAGE_CHARS, PRIORITY_NOW, SCORE_MAX_TOKENS, SCORE_TEMPERATURE
from models.answers import ScoreAnswer
from models.lead import Context, LeadDetails
from models.policy import Campaign, Language


async def score(engine: Engine, lead: LeadDetails, context: Context, campaign: Campaign, *, seed: int) -> ScoreAnswer:
    """Return the lead's response priority (1–100, never creditworthiness) with reason, tone and confidence.

    Raises EngineUnavailableError (retryable) and EngineAnswerError (a person decides).
    """
    prompt = score_prompt(campaign)
    mark = fence_mark(prompt.id, seed)
    examples = example_turns(clean(lead.message, MESSAGE_CHARS), campaign.tones)
    request = EngineRequest(
        messages=prompt.messages(*examples, lead=fenced(lead_lines(lead, context), mark)),
        output_type=score_output(campaign.tones),
        max_tokens=SCORE_MAX_TOKENS,
        temperature=SCORE_TEMPERATURE,
        seed=seed,
        priority=PRIORITY_NOW,
    )
    answer = await engine.complete(request)
    return ScoreAnswer(
        score=answer.value.score,
        reasoning=answer.value.reasoning,
        suggested_tone=answer.value.suggested_tone,
        confidence=score_confidence(answer.tokens, answer.value.score),
        call=call_record(prompt, request, answer),
    )


def score_prompt(campaign: Campaign) -> Prompt:
    """Return the scoring prompt of a campaign; leads of every language are scored in English."""
    constants = {
        "product": campaign.product[Language.EN],
        "summary": campaign.summary[Language.EN],
        "ideal_lead": campaign.ideal_lead,
        "tones": campaign.tones,
    }
    return load_prompt("score.en", constants, examples=examples_source())
