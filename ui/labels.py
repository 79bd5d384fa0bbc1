"""The desk's words for what the code names: one word per thing, and one sentence that explains it."""

from models.draft import Origin
from models.policy import Language, SendingPolicy
from models.queries.journey import ReviewAction
from models.states import ACTIVE, LeadState
from models.verdict import Action, DecisionReason

STATE_MEANING = {
    LeadState.RECEIVED: "Stored; its context is gathered next.",
    LeadState.ENRICHED: "Its context is known; it is scored next.",
    LeadState.SCORED: "It has a score; its way is chosen next.",
    LeadState.DRAFTING: "The engine writes a draft.",
    LeadState.DRAFTED: "There is a draft; the guard checks it next.",
    LeadState.CHECKED: "The guard has spoken; the campaign's policy decides next.",
    LeadState.IN_REVIEW: "A draft waits for a reviewer.",
    LeadState.APPROVED: "The mail is approved and leaves next.",
    LeadState.SENT: "The mail has left.",
    LeadState.REJECTED: "A reviewer ended it; nothing is sent.",
    LeadState.ENROLLED: "It rests until the next message of its drip is due.",
    LeadState.SUPPRESSED: "This address must not be written to.",
    LeadState.ERASED: "Its data was destroyed.",
    LeadState.QUARANTINED: "It stands still until a person looks.",
}

SENDING = {
    SendingPolicy.REVIEW_ALL: "This campaign sends nothing without a reviewer.",
    SendingPolicy.THRESHOLD: "This campaign also sends by threshold: not certified by a measured rate of errors.",
    SendingPolicy.CERTIFIED: "This campaign is to send by certificate; until there is one, every draft comes here.",
}

LANGUAGES = {Language.EN: "English", Language.IT: "Italian"}

ORIGINS = {
    Origin.MODEL: "the engine's own words",
    Origin.CLAIM: "approved claim",
    Origin.DISCLOSURE: "disclosure, compiled by code",
    Origin.SENDER: "sender and opt-out, from the campaign",
    Origin.PERSON: "written by a person",
    Origin.POLICY: "the campaign's approved answer",
}

REASONS = {
    DecisionReason.PASSED: "It passed every check.",
    DecisionReason.FINDINGS: "A rule of the guard spoke.",
    DecisionReason.RISK: "The second opinion finds it risky.",
    DecisionReason.NOT_JUDGED: "The second opinion cannot judge this text.",
    DecisionReason.LOW_CONFIDENCE: "The engine was not sure enough, of its words or of its score.",
    DecisionReason.REVIEW_ALL: "This campaign lets a person see every mail.",
    DecisionReason.NOT_CERTIFIED: "This campaign sends by itself only once it is certified.",
    DecisionReason.FREE_MODE: "The engine wrote the whole mail; those always come here.",
    DecisionReason.EDITED: "A person wrote this version.",
    DecisionReason.ENGINE_DOWN: "The engine did not answer in time.",
    DecisionReason.ENGINE_ANSWER: "The engine's answer could not be used.",
    DecisionReason.CRM_UNREACHABLE: "The CRM did not answer: this person may have opted out there.",
}

SEVERITY = {Action.BLOCK: "must change", Action.REVIEW: "look at it"}

ACTS = {
    ReviewAction.APPROVE: "approved",
    ReviewAction.EDIT: "edited",
    ReviewAction.REJECT: "rejected",
    ReviewAction.REDRAFT: "sent back for another draft",
}


def state_label(state: LeadState) -> str:
    """Return the state's own word, readable."""
    return state.replace("_", " ")


def state_tone(state: LeadState) -> str:
    """Return which of the badge's five looks a state has."""
    match state:
        case LeadState.IN_REVIEW:
            return "person"
        case LeadState.QUARANTINED:
            return "alarm"
        case LeadState.SENT:
            return "good"
        case LeadState.REJECTED | LeadState.SUPPRESSED | LeadState.ERASED:
            return "ended"
        case LeadState.ENROLLED:
            return "resting"
        case _ if state in ACTIVE:
            return "moving"
        case _:
            return "ended"


def reason_sentence(reason: str) -> str:
    """Explain one reason of a decision; an unknown one is shown as it is."""
    try:
        return REASONS[DecisionReason(reason)]
    except ValueError:
        return reason.replace("_", " ")


def language_name(code: str) -> str:
    """Return a language's name; the code itself when the product does not speak it."""
    try:
        return LANGUAGES[Language(code)]
    except ValueError:
        return code
