-- Sessions that are tracked: rows of `session` with a time of last use. The index session_by_use leads to them.

-- Whoever gets it is alone with the user until his batch is committed: two sign-ins count one after the other.
-- name: user_hold
-- params: pool int, uid blob, signout_gen int
-- rows: 1
UPDATE user_head SET version = version WHERE pool = $1 AND uid = $2 AND enabled = 1 AND signout_gen = $3;

-- All but the most recently used. Those beyond live_ms have ended by themselves.
-- name: session_evict
-- params: pool int, uid blob, keep int, live_ms int, now_ms int
-- rows: any
UPDATE session SET revoked_ms = $5, active_ms = NULL, sealed = NULL
WHERE pool = $1 AND uid = $2 AND sid IN (
	SELECT s.sid FROM session s
	WHERE s.pool = $1 AND s.uid = $2 AND s.active_ms IS NOT NULL AND s.expires_ms > $4
	ORDER BY s.active_ms DESC, s.sid DESC LIMIT 10000 OFFSET $3);

-- name: session_track
-- params: pool int, uid blob, sid blob, client_id text, expires_ms int, now_ms int, sealed blob
-- rows: 1
INSERT INTO session (pool, uid, sid, client_id, gen, grace_until_ms, expires_ms, active_ms, sealed)
VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7) ON CONFLICT (pool, uid, sid) DO NOTHING;

-- name: session_touch
-- params: pool int, uid blob, sid blob, now_ms int, sealed blob
-- rows: any
UPDATE session SET active_ms = $4, sealed = $5
WHERE pool = $1 AND uid = $2 AND sid = $3 AND active_ms <= $4;

-- name: session_page
-- params: pool int, uid blob, live_ms int, active_ms int, sid blob, max int
SELECT sid, client_id, active_ms, sealed FROM session
WHERE pool = $1 AND uid = $2 AND active_ms IS NOT NULL AND expires_ms > $3
	AND (active_ms < $4 OR (active_ms = $4 AND sid < $5))
ORDER BY active_ms DESC, sid DESC LIMIT $6;

-- No row: not tracked, or over.
-- name: session_end
-- params: pool int, uid blob, sid blob, live_ms int, now_ms int
-- rows: 1
UPDATE session SET revoked_ms = $5, active_ms = NULL, sealed = NULL
WHERE pool = $1 AND uid = $2 AND sid = $3 AND active_ms IS NOT NULL AND expires_ms > $4;

-- name: session_end_all
-- params: pool int, uid blob, now_ms int
-- rows: any
UPDATE session SET revoked_ms = $3, active_ms = NULL, sealed = NULL
WHERE pool = $1 AND uid = $2 AND active_ms IS NOT NULL;
