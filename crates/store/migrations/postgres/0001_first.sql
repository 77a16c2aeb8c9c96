-- Only TEXT, BIGINT and BYTEA, times in milliseconds: the same statements run on both databases.

CREATE TABLE projects (
    id      TEXT   NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL UNIQUE,
    created BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    project_id    TEXT   NOT NULL REFERENCES projects (id),
    name          TEXT   NOT NULL,
    permissions   TEXT   NOT NULL,
    secret_sha256 BYTEA  NOT NULL,
    created       BIGINT NOT NULL,
    revoked       BIGINT
);

-- `settings` are those of the newest revision; the slug is the agent's own and never changes.
CREATE TABLE agents (
    id          TEXT   NOT NULL PRIMARY KEY,
    project_id  TEXT   NOT NULL REFERENCES projects (id),
    slug        TEXT   NOT NULL,
    settings    TEXT   NOT NULL,
    revision_id TEXT   NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    archived    BIGINT
);

CREATE UNIQUE INDEX agents_live_slug ON agents (project_id, slug) WHERE archived IS NULL;

CREATE TABLE revisions (
    agent_id TEXT   NOT NULL REFERENCES agents (id),
    id       TEXT   NOT NULL,
    number   BIGINT NOT NULL,
    bundle   TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    PRIMARY KEY (agent_id, id),
    UNIQUE (agent_id, number)
);

-- The lease is free where `lease_node` is null. `next_seq` and `next_log_seq` are counters so that a
-- commit never looks for a maximum. `cleared` is set once only the tombstone is left.
CREATE TABLE sessions (
    id           TEXT   NOT NULL PRIMARY KEY,
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    agent_id     TEXT   NOT NULL REFERENCES agents (id),
    revision_id  TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    rev          BIGINT NOT NULL,
    next_seq     BIGINT NOT NULL,
    next_log_seq BIGINT NOT NULL,
    created      BIGINT NOT NULL,
    updated      BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    cleared      BIGINT,
    lease_node   TEXT,
    lease_boot   TEXT,
    lease_epoch  BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL
);

CREATE INDEX sessions_to_sweep ON sessions (expires) WHERE cleared IS NULL;

CREATE TABLE items (
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    seq        BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE log_entries (
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    seq        BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (session_id, seq)
);

-- `begun` is the session's `rev` at the first commit: it orders the executions of a session.
CREATE TABLE executions (
    session_id  TEXT   NOT NULL REFERENCES sessions (id),
    id          TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    leg         BIGINT NOT NULL,
    first_seq   BIGINT NOT NULL,
    begun       BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    pause_frame TEXT,
    pause_state TEXT,
    pause_seq   BIGINT,
    PRIMARY KEY (session_id, id),
    UNIQUE (session_id, begun)
);

-- What a new trigger must stop; without this index that would cost more with each turn.
CREATE INDEX executions_open ON executions (session_id)
    WHERE status IN ('running', 'waiting') OR pause_frame IS NOT NULL;

-- One row that a health check writes to.
CREATE TABLE probe (
    id    BIGINT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);
