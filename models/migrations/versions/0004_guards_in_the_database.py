"""The invariants that the database itself holds: allowed moves, one way for deliveries, an append-only audit."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EVERYWHERE = ("suppressed", "erased", "quarantined")
MOVES = {
    "received": ("enriched", *EVERYWHERE),
    "enriched": ("scored", "drafted", "in_review", *EVERYWHERE),
    "scored": ("drafting", "enrolled", *EVERYWHERE),
    "drafting": ("drafted", "in_review", *EVERYWHERE),
    "drafted": ("checked", "in_review", *EVERYWHERE),
    "checked": ("approved", "in_review", *EVERYWHERE),
    "in_review": ("approved", "rejected", "drafting", "drafted", *EVERYWHERE),
    "approved": ("sent", "enrolled", "drafted", *EVERYWHERE),
    "sent": ("suppressed", "erased"),
    "rejected": ("suppressed", "erased"),
    "enrolled": ("drafting", *EVERYWHERE),
    "suppressed": ("erased",),
    "quarantined": ("received", "enriched", "scored", "sent", "rejected", "suppressed", "erased"),
}
DELIVERY_MOVES = {
    "pending": ("data", "bounced", "void"),
    "data": ("sent", "bounced", "unknown", "pending"),
    "void": ("pending",),
}

MOVE_TABLE = """
CREATE TABLE allowed_move (
    kind TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    CONSTRAINT pk_allowed_move PRIMARY KEY (kind, from_state, to_state)
)
"""

REFUSE_MOVE = """
CREATE FUNCTION refuse_forbidden_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM allowed_move
        WHERE kind = TG_TABLE_NAME AND from_state = OLD.state AND to_state = NEW.state
    ) THEN
        RAISE EXCEPTION '% may not move from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

NOTIFY_RELAY = """
CREATE FUNCTION notify_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('leadkeep_staged', '');
    RETURN NULL;
END $$
"""

KEEP_AUDIT = """
CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.chain_number IS NULL
        AND (OLD.id, OLD.created_at, OLD.actor, OLD.action, OLD.details)
            IS NOT DISTINCT FROM (NEW.id, NEW.created_at, NEW.actor, NEW.action, NEW.details)
        AND (OLD.lead_id, OLD.subject_id) IS NOT DISTINCT FROM (NEW.lead_id, NEW.subject_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'check_violation';
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER lead_moves BEFORE UPDATE OF state ON lead FOR EACH ROW"
    " WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_forbidden_move()",
    "CREATE TRIGGER delivery_moves BEFORE UPDATE OF state ON delivery FOR EACH ROW"
    " WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION refuse_forbidden_move()",
    "CREATE TRIGGER staged_job_wakes AFTER INSERT ON staged_job FOR EACH STATEMENT EXECUTE FUNCTION notify_relay()",
    "CREATE TRIGGER audit_entry_keeps BEFORE UPDATE OR DELETE ON audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION keep_audit()",
)


def upgrade() -> None:
    """Create the table of moves, the functions and their triggers."""
    for statement in (MOVE_TABLE, REFUSE_MOVE, NOTIFY_RELAY, KEEP_AUDIT, *TRIGGERS):
        op.execute(statement)
    for kind, moves in (("lead", MOVES), ("delivery", DELIVERY_MOVES)):
        for origin, targets in moves.items():
            for target in targets:
                op.execute(f"INSERT INTO allowed_move VALUES ('{kind}', '{origin}', '{target}')")  # noqa: S608
