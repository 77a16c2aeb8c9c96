-- The type of an entry, so that some can be left out, and an index to drop the old ones.
ALTER TABLE log_entries ADD COLUMN kind TEXT NOT NULL DEFAULT '';

UPDATE log_entries SET kind = COALESCE(body::json ->> 'type', '');

CREATE INDEX log_entries_by_age ON log_entries (created);
