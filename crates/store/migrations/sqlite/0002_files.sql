-- What is known of a file; its bytes are an object of the same name. `expires` is the end of the time in
-- which it may be uploaded.
CREATE TABLE files (
    id         TEXT   NOT NULL PRIMARY KEY,
    project_id TEXT   NOT NULL REFERENCES projects (id),
    session_id TEXT   NOT NULL REFERENCES sessions (id),
    filename   TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    status     TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL
);

CREATE INDEX files_of_session ON files (session_id);

CREATE INDEX files_pending ON files (expires) WHERE status = 'pending';

-- Files that are gone and whose objects are still to be deleted: a crash between the two loses nothing.
CREATE TABLE dropped_files (
    id TEXT NOT NULL PRIMARY KEY
);
