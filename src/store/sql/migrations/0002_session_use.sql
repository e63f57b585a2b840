-- Last use of a session that is tracked; NULL = not tracked, or no longer. The index holds living ones only.
ALTER TABLE session ADD COLUMN active_ms INTEGER;
CREATE INDEX session_by_use ON session (pool, uid, active_ms) WHERE active_ms IS NOT NULL;
