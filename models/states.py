"""The state machine of a lead: one table of allowed moves, held by a trigger in the database (a test compares the two).

A state names what the lead has reached; the stage that runs next follows from it.
"""

from enum import StrEnum


class LeadState(StrEnum):
    """Where a lead is on its journey; the value is persisted."""

    RECEIVED = "received"
    ENRICHED = "enriched"
    SCORED = "scored"
    DRAFTING = "drafting"
    DRAFTED = "drafted"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SENT = "sent"
    REJECTED = "rejected"
    ENROLLED = "enrolled"
    SUPPRESSED = "suppressed"
    ERASED = "erased"
    QUARANTINED = "quarantined"


class Stage(StrEnum):
    """A step that a worker performs on a lead; each leaves one row."""

    CONTEXT = "context"
    SCORE = "score"
    ROUTE = "route"
    DRAFT = "draft"
    CHECK = "check"
    DECIDE = "decide"
    SEND = "send"


STAGE_OF: dict[LeadState, Stage] = {
    LeadState.RECEIVED: Stage.CONTEXT,
    LeadState.ENRICHED: Stage.SCORE,
    LeadState.SCORED: Stage.ROUTE,
    LeadState.DRAFTING: Stage.DRAFT,
    LeadState.DRAFTED: Stage.CHECK,
    LeadState.CHECKED: Stage.DECIDE,
    LeadState.APPROVED: Stage.SEND,
}
"""The stage that takes a lead out of each active state."""

ACTIVE = frozenset(STAGE_OF)
"""A worker moves the lead on."""

WAITING_FOR_PERSON = frozenset({LeadState.IN_REVIEW, LeadState.QUARANTINED})

TERMINAL = frozenset(
    {
        LeadState.SENT,
        LeadState.REJECTED,
        LeadState.ENROLLED,
        LeadState.SUPPRESSED,
        LeadState.ERASED,
        LeadState.QUARANTINED,
    }
)
"""The journey's answer is given. An enrolled lead rests until its next drip step is due."""

_EVERYWHERE = frozenset({LeadState.SUPPRESSED, LeadState.ERASED, LeadState.QUARANTINED})

RETRYABLE = frozenset({LeadState.RECEIVED, LeadState.ENRICHED, LeadState.SCORED})
"""Where a person may put a quarantined lead again: its stage failed before any message was written."""

TRANSITIONS: dict[LeadState, frozenset[LeadState]] = {
    LeadState.RECEIVED: frozenset({LeadState.ENRICHED}) | _EVERYWHERE,
    LeadState.ENRICHED: frozenset({LeadState.SCORED, LeadState.DRAFTED, LeadState.IN_REVIEW}) | _EVERYWHERE,
    LeadState.SCORED: frozenset({LeadState.DRAFTING, LeadState.ENROLLED}) | _EVERYWHERE,
    LeadState.DRAFTING: frozenset({LeadState.DRAFTED, LeadState.IN_REVIEW}) | _EVERYWHERE,
    LeadState.DRAFTED: frozenset({LeadState.CHECKED, LeadState.IN_REVIEW}) | _EVERYWHERE,
    LeadState.CHECKED: frozenset({LeadState.APPROVED, LeadState.IN_REVIEW}) | _EVERYWHERE,
    LeadState.IN_REVIEW: frozenset({LeadState.APPROVED, LeadState.REJECTED, LeadState.DRAFTING, LeadState.DRAFTED})
    | _EVERYWHERE,
    LeadState.APPROVED: frozenset({LeadState.SENT, LeadState.ENROLLED, LeadState.DRAFTED}) | _EVERYWHERE,
    LeadState.SENT: frozenset({LeadState.SUPPRESSED, LeadState.ERASED}),
    LeadState.REJECTED: frozenset({LeadState.SUPPRESSED, LeadState.ERASED}),
    LeadState.ENROLLED: frozenset({LeadState.DRAFTING}) | _EVERYWHERE,
    LeadState.SUPPRESSED: frozenset({LeadState.ERASED}),
    LeadState.ERASED: frozenset(),
    LeadState.QUARANTINED: RETRYABLE | {LeadState.SENT, LeadState.REJECTED, LeadState.SUPPRESSED, LeadState.ERASED},
}
"""Every allowed move. `approved → drafted` voids an approval whose rules or facts changed before the send, so that the
guard looks again; `enriched → drafted` is the holding answer when the engine stays down."""
