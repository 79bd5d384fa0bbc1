"""The rows that stages leave."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE context_snapshot (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    sealed_context BYTEA NOT NULL,
    "returning" BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_context_snapshot PRIMARY KEY (id),
    CONSTRAINT fk_context_snapshot_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_context_snapshot_lead_id ON context_snapshot (lead_id, created_at);

CREATE TABLE score (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    score INTEGER NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    suggested_tone TEXT NOT NULL,
    sealed_reasoning BYTEA NOT NULL,
    call JSONB NOT NULL,
    campaign_digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_score PRIMARY KEY (id),
    CONSTRAINT ck_score_range CHECK (score BETWEEN 1 AND 100),
    CONSTRAINT fk_score_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_score_lead_id ON score (lead_id, created_at);

CREATE TABLE route (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    way TEXT NOT NULL,
    segment TEXT,
    threshold INTEGER NOT NULL,
    campaign_digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_route PRIMARY KEY (id),
    CONSTRAINT ck_route_way CHECK (way IN ('draft', 'drip')),
    CONSTRAINT fk_route_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE INDEX ix_route_lead_id ON route (lead_id, created_at);

CREATE TABLE draft (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    step INTEGER NOT NULL,
    version INTEGER NOT NULL,
    author TEXT NOT NULL,
    user_id UUID,
    sealed_content BYTEA NOT NULL,
    content_sha256 TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    call JSONB,
    campaign_digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (id),
    CONSTRAINT uq_draft_lead_id_step_version UNIQUE (lead_id, step, version),
    CONSTRAINT ck_draft_author CHECK (author IN ('model', 'person', 'policy')),
    CONSTRAINT fk_draft_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT fk_draft_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);

CREATE TABLE verdict (
    id UUID NOT NULL,
    draft_id UUID NOT NULL,
    content_sha256 TEXT NOT NULL,
    action TEXT,
    findings JSONB NOT NULL,
    risk DOUBLE PRECISION,
    guard_version TEXT NOT NULL,
    campaign_digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_verdict PRIMARY KEY (id),
    CONSTRAINT ck_verdict_action CHECK (action IS NULL OR action IN ('review', 'block')),
    CONSTRAINT fk_verdict_draft_id_draft FOREIGN KEY(draft_id) REFERENCES draft (id)
);

CREATE INDEX ix_verdict_draft_id ON verdict (draft_id, created_at);

CREATE TABLE decision (
    id UUID NOT NULL,
    draft_id UUID NOT NULL,
    verdict_id UUID NOT NULL,
    outcome TEXT NOT NULL,
    reasons TEXT[] NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    thresholds JSONB NOT NULL,
    campaign_digest TEXT NOT NULL,
    message_sha256 TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT uq_decision_id_message_sha256 UNIQUE (id, message_sha256),
    CONSTRAINT ck_decision_send_names_its_bytes CHECK ((outcome = 'send') = (message_sha256 IS NOT NULL)),
    CONSTRAINT fk_decision_draft_id_draft FOREIGN KEY(draft_id) REFERENCES draft (id),
    CONSTRAINT fk_decision_verdict_id_verdict FOREIGN KEY(verdict_id) REFERENCES verdict (id)
);

CREATE INDEX ix_decision_draft_id ON decision (draft_id, created_at);

CREATE TABLE review (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    draft_id UUID,
    user_id UUID NOT NULL,
    action TEXT NOT NULL,
    sealed_note BYTEA,
    message_sha256 TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_review PRIMARY KEY (id),
    CONSTRAINT uq_review_id_message_sha256 UNIQUE (id, message_sha256),
    CONSTRAINT ck_review_action CHECK (action IN ('approve', 'edit', 'reject', 'redraft')),
    CONSTRAINT ck_review_approve_names_its_bytes CHECK ((action = 'approve') = (message_sha256 IS NOT NULL)),
    CONSTRAINT ck_review_approve_names_its_draft CHECK (action NOT IN ('approve', 'edit') OR draft_id IS NOT NULL),
    CONSTRAINT fk_review_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT fk_review_draft_id_draft FOREIGN KEY(draft_id) REFERENCES draft (id),
    CONSTRAINT fk_review_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);

CREATE INDEX ix_review_lead_id ON review (lead_id, created_at);

CREATE TABLE quarantine (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by UUID,
    CONSTRAINT pk_quarantine PRIMARY KEY (id),
    CONSTRAINT fk_quarantine_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT fk_quarantine_settled_by_user_account FOREIGN KEY(settled_by) REFERENCES user_account (id)
);

CREATE INDEX ix_quarantine_lead_id ON quarantine (lead_id, created_at);

"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
