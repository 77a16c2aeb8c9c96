-- The keys of `start` requests, so that the repeat of one finds its session. The execution is null until
-- it is accepted, and the newest one where the request was run again.
CREATE TABLE start_keys (
    project_id   TEXT   NOT NULL REFERENCES projects (id),
    agent_id     TEXT   NOT NULL REFERENCES agents (id),
    key          TEXT   NOT NULL,
    session_id   TEXT   NOT NULL REFERENCES sessions (id),
    execution_id TEXT,
    created      BIGINT NOT NULL,
    PRIMARY KEY (project_id, agent_id, key)
);

CREATE INDEX start_keys_of_session ON start_keys (session_id);

CREATE INDEX start_keys_by_age ON start_keys (created);
