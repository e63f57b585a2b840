-- Devices, passkeys, events of one user. `name` is a digest.

-- name: user_item_read
-- params: pool int, uid blob, kind text, name text
SELECT name, version, created_ms, sealed FROM user_item
WHERE pool = $1 AND uid = $2 AND kind = $3 AND name = $4;

-- name: user_item_page
-- params: pool int, uid blob, kind text, after text, max int
SELECT name, version, created_ms, sealed FROM user_item
WHERE pool = $1 AND uid = $2 AND kind = $3 AND name > $4 ORDER BY name LIMIT $5;

-- name: user_item_insert
-- params: pool int, uid blob, kind text, name text, version int, created_ms int, sealed blob
-- rows: 1
INSERT INTO user_item (pool, uid, kind, name, version, created_ms, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pool, uid, kind, name) DO NOTHING;

-- name: user_item_update
-- params: pool int, uid blob, kind text, name text, version int, sealed blob
-- rows: 1
UPDATE user_item SET version = version + 1, sealed = $6
WHERE pool = $1 AND uid = $2 AND kind = $3 AND name = $4 AND version = $5;

-- name: user_item_delete
-- params: pool int, uid blob, kind text, name text, version int
-- rows: 1
DELETE FROM user_item WHERE pool = $1 AND uid = $2 AND kind = $3 AND name = $4 AND version = $5;

-- Whoever would delete it waits until the batch is committed.
-- name: user_item_hold
-- params: pool int, uid blob, kind text, name text
-- rows: 1
UPDATE user_item SET version = version WHERE pool = $1 AND uid = $2 AND kind = $3 AND name = $4;

-- name: user_item_put
-- params: pool int, uid blob, kind text, name text, created_ms int, sealed blob
-- rows: 1
INSERT INTO user_item (pool, uid, kind, name, version, created_ms, sealed) VALUES ($1, $2, $3, $4, 1, $5, $6)
ON CONFLICT (pool, uid, kind, name) DO UPDATE SET version = user_item.version + 1, created_ms = excluded.created_ms,
	sealed = excluded.sealed;

-- name: user_item_newest
-- params: pool int, uid blob, kind text, before_ms int, before text, max int
SELECT name, version, created_ms, sealed FROM user_item
WHERE pool = $1 AND uid = $2 AND kind = $3 AND (created_ms < $4 OR (created_ms = $4 AND name < $5))
ORDER BY created_ms DESC, name DESC LIMIT $6;

-- Older than a time, or than the newest so many.
-- name: user_item_prune
-- params: pool int, uid blob, kind text, before_ms int, keep int
-- rows: any
DELETE FROM user_item WHERE pool = $1 AND uid = $2 AND kind = $3 AND (created_ms < $4 OR created_ms < coalesce(
	(SELECT i.created_ms FROM user_item i WHERE i.pool = $1 AND i.uid = $2 AND i.kind = $3
		ORDER BY i.created_ms DESC LIMIT 1 OFFSET $5), 0));
