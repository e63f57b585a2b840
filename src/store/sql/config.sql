-- Pools, their keys, clients, domains and items.

-- A pool that is still being imported is not there for anybody but its import.
-- name: pool_read
-- params: pool_id text
SELECT pool, pool_id, state, version, valid_since_ms, created_ms, modified_ms, sealed FROM pool
WHERE pool_id = $1 AND state = 'active';

-- name: pool_read_any
-- params: pool_id text
SELECT pool, pool_id, state, version, valid_since_ms, created_ms, modified_ms, sealed FROM pool WHERE pool_id = $1;

-- name: pool_page
-- params: after text, max int
SELECT pool, pool_id, state, version, valid_since_ms, created_ms, modified_ms, sealed FROM pool
WHERE pool_id > $1 AND state = 'active' ORDER BY pool_id LIMIT $2;

-- name: pool_count
-- params: prefix text
SELECT count(*) FROM pool WHERE pool_id >= $1 AND substr(pool_id, 1, length($1)) = $1;

-- name: pool_insert
-- params: pool int, pool_id text, state text, version int, valid_since_ms int, created_ms int, modified_ms int, sealed blob
-- rows: 1
INSERT INTO pool (pool, pool_id, state, version, valid_since_ms, created_ms, modified_ms, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool_id) DO NOTHING;

-- name: pool_update
-- params: pool int, version int, state text, valid_since_ms int, modified_ms int, sealed blob
-- rows: 1
UPDATE pool SET version = version + 1, state = $3, valid_since_ms = $4, modified_ms = $5, sealed = $6
WHERE pool = $1 AND version = $2;

-- name: pool_delete
-- params: pool int, version int
-- rows: 1
DELETE FROM pool WHERE pool = $1 AND version = $2;

-- name: pool_keys
-- params: pool int
SELECT class, kv, wrapped FROM pool_key WHERE pool = $1 ORDER BY class, kv;

-- name: pool_key_insert
-- params: pool int, class text, kv int, wrapped blob, now_ms int
-- rows: 1
INSERT INTO pool_key (pool, class, kv, state, wrapped, created_ms) VALUES ($1, $2, $3, 'active', $4, $5)
ON CONFLICT (pool, class, kv) DO NOTHING;

-- name: pool_delete_keys
-- params: pool int
-- rows: any
DELETE FROM pool_key WHERE pool = $1;

-- name: pool_delete_signing_keys
-- params: pool int
-- rows: any
DELETE FROM signing_key WHERE pool = $1;

-- name: pool_delete_clients
-- params: pool int
-- rows: any
DELETE FROM client WHERE pool = $1;

-- name: pool_delete_domains
-- params: pool int
-- rows: any
DELETE FROM domain WHERE pool = $1;

-- name: pool_delete_items
-- params: pool int
-- rows: any
DELETE FROM pool_item WHERE pool = $1;

-- name: client_read
-- params: client_id text
SELECT c.client_id, c.pool, c.version, c.sealed, p.pool_id FROM client c JOIN pool p ON p.pool = c.pool
WHERE c.client_id = $1 AND p.state = 'active';

-- name: client_page
-- params: pool int, after text, max int
SELECT client_id, pool, version, sealed FROM client WHERE pool = $1 AND client_id > $2 ORDER BY client_id LIMIT $3;

-- name: client_count
-- params: pool int
SELECT count(*) FROM client WHERE pool = $1;

-- name: client_insert
-- params: client_id text, pool int, version int, sealed blob
-- rows: 1
INSERT INTO client (client_id, pool, version, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (client_id) DO NOTHING;

-- name: client_update
-- params: client_id text, pool int, version int, sealed blob
-- rows: 1
UPDATE client SET version = version + 1, sealed = $4 WHERE client_id = $1 AND pool = $2 AND version = $3;

-- name: client_delete
-- params: client_id text, pool int, version int
-- rows: 1
DELETE FROM client WHERE client_id = $1 AND pool = $2 AND version = $3;

-- name: domain_read
-- params: host text
SELECT d.host, d.pool, d.version, d.sealed, p.pool_id FROM domain d JOIN pool p ON p.pool = d.pool
WHERE d.host = $1 AND p.state = 'active';

-- A prefix has no dot.
-- name: domain_count_custom
-- params:
SELECT count(*) FROM domain WHERE host LIKE '%.%';

-- name: domain_insert
-- params: host text, pool int, version int, sealed blob
-- rows: 1
INSERT INTO domain (host, pool, version, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (host) DO NOTHING;

-- name: domain_update
-- params: host text, pool int, version int, sealed blob
-- rows: 1
UPDATE domain SET version = version + 1, sealed = $4 WHERE host = $1 AND pool = $2 AND version = $3;

-- name: domain_delete
-- params: host text, pool int, version int
-- rows: 1
DELETE FROM domain WHERE host = $1 AND pool = $2 AND version = $3;

-- name: item_read
-- params: pool int, kind text, name text
SELECT name, id, version, created_ms, modified_ms, sealed FROM pool_item WHERE pool = $1 AND kind = $2 AND name = $3;

-- name: item_read_id
-- params: pool int, kind text, id blob
SELECT name, id, version, created_ms, modified_ms, sealed FROM pool_item WHERE pool = $1 AND kind = $2 AND id = $3
ORDER BY name LIMIT 1;

-- name: item_page
-- params: pool int, kind text, after text, max int
SELECT name, id, version, created_ms, modified_ms, sealed FROM pool_item
WHERE pool = $1 AND kind = $2 AND name > $3 ORDER BY name LIMIT $4;

-- name: item_count
-- params: pool int, kind text
SELECT count(*) FROM pool_item WHERE pool = $1 AND kind = $2;

-- name: item_insert
-- params: pool int, kind text, name text, id blob, version int, created_ms int, modified_ms int, sealed blob
-- rows: 1
INSERT INTO pool_item (pool, kind, name, id, version, created_ms, modified_ms, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool, kind, name) DO NOTHING;

-- name: item_update
-- params: pool int, kind text, name text, version int, modified_ms int, sealed blob
-- rows: 1
UPDATE pool_item SET version = version + 1, modified_ms = $5, sealed = $6
WHERE pool = $1 AND kind = $2 AND name = $3 AND version = $4;

-- name: item_delete
-- params: pool int, kind text, name text, version int
-- rows: 1
DELETE FROM pool_item WHERE pool = $1 AND kind = $2 AND name = $3 AND version = $4;

-- name: item_drop
-- params: pool int, kind text, name text
-- rows: any
DELETE FROM pool_item WHERE pool = $1 AND kind = $2 AND name = $3;

-- name: item_drop_kind
-- params: pool int, kind text
-- rows: any
DELETE FROM pool_item WHERE pool = $1 AND kind = $2;

-- name: signing_key_list
-- params: pool int
SELECT kid, use, alg, publish_ms, sign_ms, retire_ms, drop_ms, public, sealed FROM signing_key
WHERE pool = $1 ORDER BY publish_ms, kid;

-- name: signing_key_insert
-- params: pool int, kid text, use text, alg text, publish_ms int, sign_ms int, retire_ms int, drop_ms int, public blob, sealed blob
-- rows: 1
INSERT INTO signing_key (pool, kid, use, alg, publish_ms, sign_ms, retire_ms, drop_ms, public, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (pool, kid) DO NOTHING;

-- name: signing_key_delete
-- params: pool int, kid text
-- rows: 1
DELETE FROM signing_key WHERE pool = $1 AND kid = $2;
