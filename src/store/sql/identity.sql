-- Identity pools, and identities, which are rows of user_head with one part at most.

-- name: identity_pool_read
-- params: pool_id text
SELECT pool, pool_id, version, created_ms, modified_ms, sealed FROM identity_pool WHERE pool_id = $1;

-- name: identity_pool_read_number
-- params: pool int
SELECT pool, pool_id, version, created_ms, modified_ms, sealed FROM identity_pool WHERE pool = $1;

-- name: identity_pool_page
-- params: after text, max int
SELECT pool, pool_id, version, created_ms, modified_ms, sealed FROM identity_pool
WHERE pool_id > $1 ORDER BY pool_id LIMIT $2;

-- name: identity_pool_count
-- params: prefix text
SELECT count(*) FROM identity_pool WHERE pool_id >= $1 AND substr(pool_id, 1, length($1)) = $1;

-- name: identity_pool_insert
-- params: pool int, pool_id text, version int, created_ms int, modified_ms int, sealed blob
-- rows: 1
INSERT INTO identity_pool (pool, pool_id, version, created_ms, modified_ms, sealed)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (pool_id) DO NOTHING;

-- name: identity_pool_update
-- params: pool int, version int, modified_ms int, sealed blob
-- rows: 1
UPDATE identity_pool SET version = version + 1, modified_ms = $3, sealed = $4 WHERE pool = $1 AND version = $2;

-- name: identity_pool_delete
-- params: pool int, version int
-- rows: 1
DELETE FROM identity_pool WHERE pool = $1 AND version = $2;

-- name: identity_read
-- params: pool int, uid blob, part text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM user_head h LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid AND p.part = $3
WHERE h.pool = $1 AND h.uid = $2;

-- name: identity_page
-- params: pool int, after blob, max int, part text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM user_head h LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid AND p.part = $4
WHERE h.pool = $1 AND h.uid > $2 ORDER BY h.uid LIMIT $3;

-- Another one's from now on, whosoever it was.
-- name: user_key_move
-- params: pool int, digest blob, from_uid blob, to_uid blob
-- rows: 1
UPDATE user_key SET uid = $4 WHERE pool = $1 AND digest = $2 AND uid = $3;
