-- Users: head, parts, look-up keys, search digests, groups. Never a join between user_key and the user plane.

-- name: user_read
-- params: pool int, uid blob, part_1 text, part_2 text, part_3 text, part_4 text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed,
	CASE WHEN EXISTS (SELECT 1 FROM user_group g WHERE g.pool = h.pool AND g.uid = h.uid) THEN 1 ELSE 0 END
FROM user_head h LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid AND p.part IN ($3, $4, $5, $6)
WHERE h.pool = $1 AND h.uid = $2;

-- name: user_read_session
-- params: pool int, uid blob, part_1 text, part_2 text, part_3 text, part_4 text, sid blob
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed,
	CASE WHEN EXISTS (SELECT 1 FROM user_group g WHERE g.pool = h.pool AND g.uid = h.uid) THEN 1 ELSE 0 END,
	s.gen, s.grace_until_ms, s.revoked_ms, s.active_ms, s.sealed
FROM user_head h LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid AND p.part IN ($3, $4, $5, $6)
LEFT JOIN session s ON s.pool = h.pool AND s.uid = h.uid AND s.sid = $7
WHERE h.pool = $1 AND h.uid = $2;

-- name: user_page
-- params: pool int, after blob, max int, part text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM user_head h LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid AND p.part = $4
WHERE h.pool = $1 AND h.uid > $2 ORDER BY h.uid LIMIT $3;

-- name: user_count
-- params: pool int, max int
SELECT count(*) FROM (SELECT uid FROM user_head WHERE pool = $1 LIMIT $2) AS t;

-- name: user_nth
-- params: pool int, n int
SELECT uid FROM user_head WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: user_insert
-- params: pool int, uid blob, version int, status int, enabled int, signout_gen int, signout_ms int, created_ms int, modified_ms int, kv int, user_dek blob
-- rows: 1
INSERT INTO user_head (pool, uid, version, status, enabled, signout_gen, signout_ms, created_ms, modified_ms, kv, user_dek)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (pool, uid) DO NOTHING;

-- name: user_update
-- params: pool int, uid blob, version int, status int, enabled int, signout_gen int, signout_ms int, modified_ms int
-- rows: 1
UPDATE user_head SET version = version + 1, status = $4, enabled = $5, signout_gen = $6, signout_ms = $7, modified_ms = $8
WHERE pool = $1 AND uid = $2 AND version = $3;

-- name: user_part_put
-- params: pool int, uid blob, part text, sealed blob
-- rows: 1
INSERT INTO user_part (pool, uid, part, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (pool, uid, part) DO UPDATE SET sealed = excluded.sealed;

-- name: user_delete
-- params: pool int, uid blob, version int
-- rows: 1
DELETE FROM user_head WHERE pool = $1 AND uid = $2 AND version = $3;

-- name: user_delete_parts
-- params: pool int, uid blob
-- rows: any
DELETE FROM user_part WHERE pool = $1 AND uid = $2;

-- name: user_delete_items
-- params: pool int, uid blob
-- rows: any
DELETE FROM user_item WHERE pool = $1 AND uid = $2;

-- name: user_delete_groups
-- params: pool int, uid blob
-- rows: any
DELETE FROM user_group WHERE pool = $1 AND uid = $2;

-- name: user_delete_find
-- params: pool int, uid blob
-- rows: any
DELETE FROM user_find WHERE pool = $1 AND uid = $2;

-- name: user_delete_sessions
-- params: pool int, uid blob
-- rows: any
DELETE FROM session WHERE pool = $1 AND uid = $2;

-- name: user_delete_codes
-- params: pool int, uid blob
-- rows: any
DELETE FROM user_code WHERE pool = $1 AND uid = $2;

-- name: user_delete_throttle
-- params: pool int, uid blob
-- rows: any
DELETE FROM throttle WHERE pool = $1 AND uid = $2;

-- name: user_delete_spent
-- params: pool int, uid blob
-- rows: any
DELETE FROM spent WHERE pool = $1 AND uid = $2;

-- name: user_delete_outbox
-- params: pool int, uid blob
-- rows: any
DELETE FROM outbox WHERE pool = $1 AND uid = $2;

-- name: user_erased
-- params: pool int, uid blob, now_ms int
-- rows: any
INSERT INTO erased (pool, uid, at_ms) VALUES ($1, $2, $3) ON CONFLICT (pool, uid) DO NOTHING;

-- name: user_key_find
-- params: pool int, digest blob
SELECT kind, uid FROM user_key WHERE pool = $1 AND digest = $2;

-- name: user_key_claim
-- params: pool int, digest blob, kind int, uid blob, now_ms int
-- rows: 1
INSERT INTO user_key (pool, digest, kind, uid, created_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pool, digest) DO NOTHING RETURNING uid;

-- name: user_key_release
-- params: pool int, digest blob, uid blob
-- rows: 1
DELETE FROM user_key WHERE pool = $1 AND digest = $2 AND uid = $3;

-- Of work on every user: his already, or free, but not another's.
-- name: user_key_ensure
-- params: pool int, digest blob, kind int, uid blob, now_ms int
-- rows: 1
INSERT INTO user_key (pool, digest, kind, uid, created_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pool, digest) DO UPDATE SET kind = excluded.kind WHERE user_key.uid = excluded.uid RETURNING uid;

-- name: user_key_drop
-- params: pool int, digest blob, uid blob
-- rows: any
DELETE FROM user_key WHERE pool = $1 AND digest = $2 AND uid = $3;

-- Nothing but: he is as he was read.
-- name: user_guard
-- params: pool int, uid blob, version int
-- rows: 1
UPDATE user_head SET version = version WHERE pool = $1 AND uid = $2 AND version = $3;

-- name: find_insert
-- params: pool int, kind int, digest int, uid blob
-- rows: any
INSERT INTO user_find (pool, kind, digest, uid) VALUES ($1, $2, $3, $4) ON CONFLICT (pool, kind, digest, uid) DO NOTHING;

-- name: find_page
-- params: pool int, kind int, digest int, after blob, max int, part text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM user_find f JOIN user_head h ON h.pool = f.pool AND h.uid = f.uid
LEFT JOIN user_part p ON p.pool = f.pool AND p.uid = f.uid AND p.part = $6
WHERE f.pool = $1 AND f.kind = $2 AND f.digest = $3 AND f.uid > $4 ORDER BY f.uid LIMIT $5;

-- name: group_add
-- params: pool int, uid blob, grp blob, now_ms int
-- rows: any
INSERT INTO user_group (pool, uid, grp, added_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (pool, uid, grp) DO NOTHING;

-- name: group_remove
-- params: pool int, uid blob, grp blob
-- rows: any
DELETE FROM user_group WHERE pool = $1 AND uid = $2 AND grp = $3;

-- From the user's few groups to the pool's many: CROSS JOIN keeps SQLite in this order.
-- name: groups_of_user
-- params: pool int, uid blob, kind text, max int
SELECT i.name, i.id, i.version, i.created_ms, i.modified_ms, i.sealed FROM user_group g CROSS JOIN pool_item i
WHERE g.pool = $1 AND g.uid = $2 AND i.pool = g.pool AND i.kind = $3 AND i.id = g.grp LIMIT $4;

-- name: group_page
-- params: pool int, grp blob, after blob, max int, part text
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM user_group g JOIN user_head h ON h.pool = g.pool AND h.uid = g.uid
LEFT JOIN user_part p ON p.pool = g.pool AND p.uid = g.uid AND p.part = $5
WHERE g.pool = $1 AND g.grp = $2 AND g.uid > $3 ORDER BY g.uid LIMIT $4;
