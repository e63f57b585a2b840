-- What may happen once, a few times, or until some time. Every write is one conditional statement.

-- No row: used up.
-- name: spend
-- params: pool int, uid blob, nonce blob, max_uses int, expires_ms int
-- rows: 1
INSERT INTO spent (pool, uid, nonce, uses, expires_ms) VALUES ($1, $2, $3, 1, $5)
ON CONFLICT (pool, uid, nonce) DO UPDATE SET uses = spent.uses + 1 WHERE spent.uses < $4 RETURNING uses;

-- name: spend_rest
-- params: pool int, uid blob, nonce blob, max_uses int, expires_ms int
-- rows: 1
INSERT INTO spent (pool, uid, nonce, uses, expires_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pool, uid, nonce) DO UPDATE SET uses = $4 WHERE spent.uses < $4 RETURNING uses;

-- name: spent_uses
-- params: pool int, uid blob, nonce blob
SELECT uses FROM spent WHERE pool = $1 AND uid = $2 AND nonce = $3;

-- name: throttle_read
-- params: pool int, uid blob, kind int
SELECT fails, until_ms FROM throttle WHERE pool = $1 AND uid = $2 AND kind = $3;

-- No row: budget exceeded.
-- name: throttle_count
-- params: pool int, uid blob, kind int, now_ms int, max int, until_ms int
-- rows: 1
INSERT INTO throttle (pool, uid, kind, fails, until_ms) VALUES ($1, $2, $3, 1, $6)
ON CONFLICT (pool, uid, kind) DO UPDATE SET until_ms = excluded.until_ms,
	fails = CASE WHEN throttle.until_ms <= $4 THEN 1 ELSE throttle.fails + 1 END
WHERE throttle.fails < $5 OR throttle.until_ms <= $4 RETURNING fails;

-- name: throttle_insert
-- params: pool int, uid blob, kind int, fails int, until_ms int
-- rows: 1
INSERT INTO throttle (pool, uid, kind, fails, until_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pool, uid, kind) DO NOTHING;

-- name: throttle_swap
-- params: pool int, uid blob, kind int, seen_fails int, seen_until_ms int, fails int, until_ms int
-- rows: 1
UPDATE throttle SET fails = $6, until_ms = $7
WHERE pool = $1 AND uid = $2 AND kind = $3 AND fails = $4 AND until_ms = $5;

-- name: throttle_swap_none
-- params: pool int, uid blob, kind int, seen_fails int, seen_until_ms int
-- rows: 1
DELETE FROM throttle WHERE pool = $1 AND uid = $2 AND kind = $3 AND fails = $4 AND until_ms = $5;

-- name: throttle_clear
-- params: pool int, uid blob, kind int
-- rows: any
DELETE FROM throttle WHERE pool = $1 AND uid = $2 AND kind = $3;

-- name: code_put
-- params: pool int, uid blob, purpose text, mac blob, tries int, expires_ms int, sealed blob
-- rows: 1
INSERT INTO user_code (pool, uid, purpose, mac, tries, expires_ms, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pool, uid, purpose) DO UPDATE SET mac = excluded.mac, tries = excluded.tries,
	expires_ms = excluded.expires_ms, sealed = excluded.sealed;

-- name: code_read
-- params: pool int, uid blob, purpose text
SELECT mac, tries, expires_ms, sealed FROM user_code WHERE pool = $1 AND uid = $2 AND purpose = $3;

-- No row: too many wrong answers, or another code.
-- name: code_miss
-- params: pool int, uid blob, purpose text, mac blob, max_tries int
-- rows: 1
UPDATE user_code SET tries = tries + 1
WHERE pool = $1 AND uid = $2 AND purpose = $3 AND mac = $4 AND tries < $5 RETURNING tries;

-- name: code_redeem
-- params: pool int, uid blob, purpose text, mac blob, max_tries int
-- rows: 1
DELETE FROM user_code WHERE pool = $1 AND uid = $2 AND purpose = $3 AND mac = $4 AND tries < $5;

-- name: code_drop
-- params: pool int, uid blob, purpose text
-- rows: any
DELETE FROM user_code WHERE pool = $1 AND uid = $2 AND purpose = $3;

-- name: session_read
-- params: pool int, uid blob, sid blob
SELECT gen, grace_until_ms, revoked_ms, active_ms, sealed FROM session WHERE pool = $1 AND uid = $2 AND sid = $3;

-- name: session_revoke
-- params: pool int, uid blob, sid blob, client_id text, now_ms int, expires_ms int
-- rows: 1
INSERT INTO session (pool, uid, sid, client_id, gen, grace_until_ms, revoked_ms, expires_ms)
VALUES ($1, $2, $3, $4, 0, 0, $5, $6)
ON CONFLICT (pool, uid, sid) DO UPDATE SET revoked_ms = coalesce(session.revoked_ms, excluded.revoked_ms),
	active_ms = NULL, sealed = NULL,
	expires_ms = CASE WHEN session.expires_ms < excluded.expires_ms THEN excluded.expires_ms ELSE session.expires_ms END;

-- No row: reused, revoked, disabled or signed out. The use of a session that is tracked is written along; NULL = not.
-- name: session_rotate
-- params: pool int, uid blob, sid blob, gen int, grace_until_ms int, signout_gen int, expires_ms int, active_ms int, sealed blob
-- rows: 1
UPDATE session SET gen = gen + 1, grace_until_ms = $5, expires_ms = $7, active_ms = coalesce($8, active_ms),
	sealed = coalesce($9, sealed)
WHERE pool = $1 AND uid = $2 AND sid = $3 AND gen = $4 AND revoked_ms IS NULL
	AND EXISTS (SELECT 1 FROM user_head h WHERE h.pool = $1 AND h.uid = $2 AND h.enabled = 1 AND h.signout_gen = $6)
RETURNING gen;

-- Generation 0 has no row until now, or one that a list of sessions needed.
-- name: session_rotate_first
-- params: pool int, uid blob, sid blob, client_id text, grace_until_ms int, signout_gen int, expires_ms int, active_ms int, sealed blob
-- rows: 1
INSERT INTO session (pool, uid, sid, client_id, gen, grace_until_ms, expires_ms, active_ms, sealed)
SELECT h.pool, h.uid, $3, $4, 1, $5, $7, $8, $9 FROM user_head h
WHERE h.pool = $1 AND h.uid = $2 AND h.enabled = 1 AND h.signout_gen = $6
ON CONFLICT (pool, uid, sid) DO UPDATE SET gen = 1, grace_until_ms = excluded.grace_until_ms,
	expires_ms = excluded.expires_ms, active_ms = coalesce(excluded.active_ms, session.active_ms),
	sealed = coalesce(excluded.sealed, session.sealed)
WHERE session.gen = 0 AND session.revoked_ms IS NULL RETURNING gen;
