"""What leaves the house, and the proof of it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE delivery (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    step INTEGER NOT NULL,
    draft_id UUID NOT NULL,
    decision_id UUID,
    review_id UUID,
    message_id TEXT NOT NULL,
    message_sha256 TEXT NOT NULL,
    sealed_message BYTEA NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    data_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    reply_code INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_delivery PRIMARY KEY (id),
    CONSTRAINT uq_delivery_lead_id_step UNIQUE (lead_id, step),
    CONSTRAINT ck_delivery_one_approval CHECK (num_nonnulls(decision_id, review_id) = 1),
    CONSTRAINT ck_delivery_state CHECK (state IN ('pending', 'data', 'sent', 'bounced', 'unknown', 'void')),
    CONSTRAINT fk_delivery_decision_id_decision FOREIGN KEY(decision_id, message_sha256) REFERENCES decision (id, message_sha256),
    CONSTRAINT fk_delivery_review_id_review FOREIGN KEY(review_id, message_sha256) REFERENCES review (id, message_sha256),
    CONSTRAINT fk_delivery_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT fk_delivery_draft_id_draft FOREIGN KEY(draft_id) REFERENCES draft (id),
    CONSTRAINT uq_delivery_message_id UNIQUE (message_id)
);

CREATE INDEX ix_delivery_sent ON delivery (settled_at) WHERE state = 'sent';

CREATE TABLE effect (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    kind TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    payload JSONB NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    token BIGINT DEFAULT '0' NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE DEFAULT 'epoch' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    external_id TEXT,
    error TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_effect PRIMARY KEY (id),
    CONSTRAINT ck_effect_state CHECK (state IN ('pending', 'done', 'dead')),
    CONSTRAINT fk_effect_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT uq_effect_idempotency_key UNIQUE (idempotency_key)
);

CREATE INDEX ix_effect_due ON effect (due_at, lease_until) WHERE state = 'pending';

CREATE INDEX ix_effect_lead_id ON effect (lead_id, created_at);

CREATE TABLE suppression (
    email_index BYTEA NOT NULL,
    reason TEXT NOT NULL,
    lead_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_suppression PRIMARY KEY (email_index),
    CONSTRAINT ck_suppression_reason CHECK (reason IN ('unsubscribed', 'bounced', 'complained', 'crm', 'manual')),
    CONSTRAINT fk_suppression_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE TABLE outcome (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    kind TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_outcome PRIMARY KEY (id),
    CONSTRAINT fk_outcome_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_outcome_lead_id ON outcome (lead_id, created_at);

CREATE TABLE audit_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    lead_id UUID,
    subject_id UUID,
    details JSONB NOT NULL,
    chain_number BIGINT,
    chain_sha256 BYTEA,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id),
    CONSTRAINT uq_audit_entry_chain_number UNIQUE (chain_number)
);

CREATE INDEX ix_audit_entry_lead_id ON audit_entry (lead_id, id);

CREATE INDEX ix_audit_entry_unchained ON audit_entry (id) WHERE chain_number IS NULL;

"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
