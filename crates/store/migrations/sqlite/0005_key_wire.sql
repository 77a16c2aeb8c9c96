-- The shape that the clients of a key read: `auto`, `legacy` or `v4`.
ALTER TABLE api_keys ADD COLUMN wire TEXT NOT NULL DEFAULT 'auto';
