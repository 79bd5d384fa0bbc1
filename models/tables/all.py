"""Every table, so that one import gives the whole metadata (for migrations)."""

from models.tables.audit import AuditEntry
from models.tables.base import Base
from models.tables.delivery import Delivery, Effect, Outcome, Suppression
from models.tables.intake import Connection, Consent, DataKeyRow, InboundEvent, Lead, StagedJob
from models.tables.journey import ContextSnapshot, Decision, Draft, Quarantine, Review, Route, Score, VerdictRow
from models.tables.people import Invitation, UserAccount, UserSession

TABLES = (
    AuditEntry,
    Connection,
    Consent,
    ContextSnapshot,
    DataKeyRow,
    Decision,
    Delivery,
    Draft,
    Effect,
    InboundEvent,
    Invitation,
    Lead,
    Outcome,
    Quarantine,
    Review,
    Route,
    Score,
    StagedJob,
    Suppression,
    UserAccount,
    UserSession,
    VerdictRow,
)
METADATA = Base.metadata
