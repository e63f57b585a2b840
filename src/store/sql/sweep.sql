-- Rows whose time is over, rows of deleted pools, and all rows.
--
-- A few at a time, so that nobody waits long: one statement finds where the first few end, one removes up to there.

-- name: sweep_spent_end
-- params: before_ms int, n int
SELECT expires_ms FROM spent WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT 1 OFFSET $2;

-- name: sweep_spent
-- params: end_ms int
-- rows: any
DELETE FROM spent WHERE expires_ms <= $1;

-- name: sweep_session_end
-- params: before_ms int, n int
SELECT expires_ms FROM session WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT 1 OFFSET $2;

-- name: sweep_session
-- params: end_ms int
-- rows: any
DELETE FROM session WHERE expires_ms <= $1;

-- name: sweep_user_code_end
-- params: before_ms int, n int
SELECT expires_ms FROM user_code WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT 1 OFFSET $2;

-- name: sweep_user_code
-- params: end_ms int
-- rows: any
DELETE FROM user_code WHERE expires_ms <= $1;

-- name: sweep_throttle_end
-- params: before_ms int, n int
SELECT until_ms FROM throttle WHERE until_ms <= $1 ORDER BY until_ms LIMIT 1 OFFSET $2;

-- name: sweep_throttle
-- params: end_ms int
-- rows: any
DELETE FROM throttle WHERE until_ms <= $1;

-- name: purge_user_key_end
-- params: pool int, n int
SELECT digest FROM user_key WHERE pool = $1 ORDER BY digest LIMIT 1 OFFSET $2;

-- name: purge_user_key
-- params: pool int, last blob
-- rows: any
DELETE FROM user_key WHERE pool = $1 AND digest <= $2;

-- name: purge_user_head_end
-- params: pool int, n int
SELECT uid FROM user_head WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_head
-- params: pool int, last blob
-- rows: any
DELETE FROM user_head WHERE pool = $1 AND uid <= $2;

-- name: purge_user_part_end
-- params: pool int, n int
SELECT uid FROM user_part WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_part
-- params: pool int, last blob
-- rows: any
DELETE FROM user_part WHERE pool = $1 AND uid <= $2;

-- name: purge_user_item_end
-- params: pool int, n int
SELECT uid FROM user_item WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_item
-- params: pool int, last blob
-- rows: any
DELETE FROM user_item WHERE pool = $1 AND uid <= $2;

-- name: purge_user_group_end
-- params: pool int, n int
SELECT uid FROM user_group WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_group
-- params: pool int, last blob
-- rows: any
DELETE FROM user_group WHERE pool = $1 AND uid <= $2;

-- name: purge_user_find_end
-- params: pool int, n int
SELECT uid FROM user_find WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_find
-- params: pool int, last blob
-- rows: any
DELETE FROM user_find WHERE pool = $1 AND uid <= $2;

-- name: purge_session_end
-- params: pool int, n int
SELECT uid FROM session WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_session
-- params: pool int, last blob
-- rows: any
DELETE FROM session WHERE pool = $1 AND uid <= $2;

-- name: purge_user_code_end
-- params: pool int, n int
SELECT uid FROM user_code WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_user_code
-- params: pool int, last blob
-- rows: any
DELETE FROM user_code WHERE pool = $1 AND uid <= $2;

-- name: purge_throttle_end
-- params: pool int, n int
SELECT uid FROM throttle WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_throttle
-- params: pool int, last blob
-- rows: any
DELETE FROM throttle WHERE pool = $1 AND uid <= $2;

-- name: purge_spent_end
-- params: pool int, n int
SELECT uid FROM spent WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_spent
-- params: pool int, last blob
-- rows: any
DELETE FROM spent WHERE pool = $1 AND uid <= $2;

-- name: purge_outbox_end
-- params: pool int, n int
SELECT uid FROM outbox WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_outbox
-- params: pool int, last blob
-- rows: any
DELETE FROM outbox WHERE pool = $1 AND uid <= $2;

-- name: purge_erased_end
-- params: pool int, n int
SELECT uid FROM erased WHERE pool = $1 ORDER BY uid LIMIT 1 OFFSET $2;

-- name: purge_erased
-- params: pool int, last blob
-- rows: any
DELETE FROM erased WHERE pool = $1 AND uid <= $2;

-- name: clear_pool
-- params:
-- rows: any
DELETE FROM pool;

-- name: clear_identity_pool
-- params:
-- rows: any
DELETE FROM identity_pool;

-- name: clear_pool_key
-- params:
-- rows: any
DELETE FROM pool_key WHERE pool <> 0;

-- name: clear_signing_key
-- params:
-- rows: any
DELETE FROM signing_key;

-- name: clear_client
-- params:
-- rows: any
DELETE FROM client;

-- name: clear_domain
-- params:
-- rows: any
DELETE FROM domain;

-- name: clear_pool_item
-- params:
-- rows: any
DELETE FROM pool_item;

-- name: clear_lease
-- params:
-- rows: any
DELETE FROM lease;

-- name: clear_user_key
-- params:
-- rows: any
DELETE FROM user_key;

-- name: clear_user_head
-- params:
-- rows: any
DELETE FROM user_head;

-- name: clear_user_part
-- params:
-- rows: any
DELETE FROM user_part;

-- name: clear_user_item
-- params:
-- rows: any
DELETE FROM user_item;

-- name: clear_user_group
-- params:
-- rows: any
DELETE FROM user_group;

-- name: clear_user_find
-- params:
-- rows: any
DELETE FROM user_find;

-- name: clear_session
-- params:
-- rows: any
DELETE FROM session;

-- name: clear_user_code
-- params:
-- rows: any
DELETE FROM user_code;

-- name: clear_throttle
-- params:
-- rows: any
DELETE FROM throttle;

-- name: clear_spent
-- params:
-- rows: any
DELETE FROM spent;

-- name: clear_outbox
-- params:
-- rows: any
DELETE FROM outbox;

-- name: clear_erased
-- params:
-- rows: any
DELETE FROM erased;
