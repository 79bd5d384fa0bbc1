"""The door and the people: users, connections, inbound events, leads, staged jobs."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE user_account (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    failed_logins INTEGER DEFAULT '0' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_user_account PRIMARY KEY (id),
    CONSTRAINT ck_user_account_role CHECK (role IN ('operator', 'reviewer')),
    CONSTRAINT ck_user_account_name_lower CHECK (name = lower(name)),
    CONSTRAINT uq_user_account_name UNIQUE (name)
);

CREATE TABLE user_session (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_user_session PRIMARY KEY (id),
    CONSTRAINT fk_user_session_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id),
    CONSTRAINT uq_user_session_token_sha256 UNIQUE (token_sha256)
);

CREATE TABLE invitation (
    id UUID NOT NULL,
    token_sha256 BYTEA NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT uq_invitation_token_sha256 UNIQUE (token_sha256)
);

CREATE TABLE connection (
    id UUID NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    campaign TEXT NOT NULL,
    token_sha256 BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    paused_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_connection PRIMARY KEY (id),
    CONSTRAINT uq_connection_name UNIQUE (name),
    CONSTRAINT uq_connection_token_sha256 UNIQUE (token_sha256)
);

CREATE TABLE data_key (
    id UUID NOT NULL,
    wrapped BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_data_key PRIMARY KEY (id)
);

CREATE TABLE inbound_event (
    id UUID NOT NULL,
    connection_id UUID NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    body_sha256 BYTEA NOT NULL,
    content_type TEXT NOT NULL,
    data_key_id UUID NOT NULL,
    sealed_body BYTEA NOT NULL,
    state TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_inbound_event PRIMARY KEY (id),
    CONSTRAINT uq_inbound_event_connection_id_external_id UNIQUE (connection_id, external_id),
    CONSTRAINT ck_inbound_event_state CHECK (state IN ('accepted', 'refused')),
    CONSTRAINT fk_inbound_event_connection_id_connection FOREIGN KEY(connection_id) REFERENCES connection (id),
    CONSTRAINT fk_inbound_event_data_key_id_data_key FOREIGN KEY(data_key_id) REFERENCES data_key (id)
);

CREATE TABLE lead (
    id UUID NOT NULL,
    inbound_event_id UUID NOT NULL,
    campaign TEXT NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    data_key_id UUID NOT NULL,
    sealed_details BYTEA NOT NULL,
    email_index BYTEA NOT NULL,
    state TEXT DEFAULT 'received' NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    step INTEGER DEFAULT '0' NOT NULL,
    segment TEXT,
    token BIGINT DEFAULT '0' NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE DEFAULT 'epoch' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
    attempts INTEGER DEFAULT '0' NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_lead PRIMARY KEY (id),
    CONSTRAINT ck_lead_state CHECK (state IN ('received', 'enriched', 'scored', 'drafting', 'drafted', 'checked', 'in_review', 'approved', 'sent', 'rejected', 'enrolled', 'suppressed', 'erased', 'quarantined')),
    CONSTRAINT uq_lead_inbound_event_id UNIQUE (inbound_event_id),
    CONSTRAINT fk_lead_inbound_event_id_inbound_event FOREIGN KEY(inbound_event_id) REFERENCES inbound_event (id),
    CONSTRAINT fk_lead_data_key_id_data_key FOREIGN KEY(data_key_id) REFERENCES data_key (id)
);

CREATE INDEX ix_inbound_event_data_key_id ON inbound_event (data_key_id);

CREATE INDEX ix_lead_data_key_id ON lead (data_key_id);

CREATE INDEX ix_lead_due ON lead (due_at, lease_until) WHERE due_at IS NOT NULL;

CREATE INDEX ix_lead_email_index ON lead (email_index);

CREATE INDEX ix_lead_state ON lead (state, state_since);

CREATE INDEX ix_lead_state_id ON lead (state, id);

CREATE INDEX ix_lead_campaign_id ON lead (campaign, id);

CREATE TABLE consent (
    lead_id UUID NOT NULL,
    sealed_text BYTEA NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE,
    source TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (lead_id),
    CONSTRAINT fk_consent_lead_id_lead FOREIGN KEY(lead_id) REFERENCES lead (id)
);

CREATE TABLE staged_job (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    token BIGINT DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_staged_job PRIMARY KEY (id)
);

"""


def upgrade() -> None:
    """Create the tables."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
