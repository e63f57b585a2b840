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
