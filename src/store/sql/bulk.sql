-- A whole pool, page by page: what an archive holds of its users, and whose an imported name is.

-- name: bulk_users
-- params: pool int, after blob, max int
SELECT h.uid, h.version, h.status, h.enabled, h.signout_gen, h.signout_ms, h.created_ms, h.modified_ms, h.kv, h.user_dek,
	p.part, p.sealed
FROM (SELECT * FROM user_head WHERE pool = $1 AND uid > $2 ORDER BY uid LIMIT $3) AS h
LEFT JOIN user_part p ON p.pool = h.pool AND p.uid = h.uid ORDER BY h.uid;

-- name: bulk_groups
-- params: pool int, uid blob, grp blob, last blob, max int
SELECT uid, grp FROM user_group WHERE pool = $1 AND (uid, grp) > ($2, $3) AND uid <= $4 ORDER BY uid, grp LIMIT $5;

-- name: bulk_items
-- params: pool int, uid blob, kind text, name text, last blob, max int
SELECT uid, kind, name, created_ms, sealed FROM user_item
WHERE pool = $1 AND (uid, kind, name) > ($2, $3, $4) AND uid <= $5 AND kind IN ('device', 'passkey')
ORDER BY uid, kind, name LIMIT $6;

-- name: bulk_last
-- params: pool int
SELECT uid FROM user_head WHERE pool = $1 ORDER BY uid DESC LIMIT 1;

-- name: bulk_client_pool
-- params: client_id text
SELECT pool FROM client WHERE client_id = $1;

-- name: bulk_domain_pool
-- params: host text
SELECT pool FROM domain WHERE host = $1;
