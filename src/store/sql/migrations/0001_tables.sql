-- control
CREATE TABLE store_meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE master_slot (slot INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, check_value BLOB NOT NULL,
	wrapped BLOB NOT NULL) STRICT;
CREATE TABLE config_epoch (slot INTEGER NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL) STRICT;
INSERT INTO config_epoch (slot, epoch) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0),
	(8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
-- The number is random, 63 bits: a pool id that is used again shares no rows.
CREATE TABLE pool (pool INTEGER NOT NULL PRIMARY KEY, pool_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
	version INTEGER NOT NULL, valid_since_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
	modified_ms INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE TABLE pool_key (pool INTEGER NOT NULL, class TEXT NOT NULL, kv INTEGER NOT NULL, state TEXT NOT NULL,
	wrapped BLOB NOT NULL, created_ms INTEGER NOT NULL, PRIMARY KEY (pool, class, kv)) STRICT;
CREATE TABLE signing_key (pool INTEGER NOT NULL, kid TEXT NOT NULL, use TEXT NOT NULL, alg TEXT NOT NULL,
	publish_ms INTEGER NOT NULL, sign_ms INTEGER NOT NULL, retire_ms INTEGER NOT NULL, drop_ms INTEGER NOT NULL,
	public BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (pool, kid)) STRICT;
CREATE TABLE client (client_id TEXT NOT NULL PRIMARY KEY, pool INTEGER NOT NULL, version INTEGER NOT NULL,
	sealed BLOB NOT NULL) STRICT;
CREATE INDEX client_by_pool ON client (pool, client_id);
CREATE TABLE domain (host TEXT NOT NULL PRIMARY KEY, pool INTEGER NOT NULL, version INTEGER NOT NULL,
	sealed BLOB NOT NULL) STRICT;
CREATE INDEX domain_by_pool ON domain (pool);
CREATE TABLE pool_item (pool INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, id BLOB NOT NULL,
	version INTEGER NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (pool, kind, name)) STRICT;
CREATE INDEX pool_item_by_id ON pool_item (pool, kind, id);
CREATE TABLE lease (name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL,
	until_ms INTEGER NOT NULL) STRICT;

-- look-up
CREATE TABLE user_key (pool INTEGER NOT NULL, digest BLOB NOT NULL, kind INTEGER NOT NULL, uid BLOB NOT NULL,
	created_ms INTEGER NOT NULL, PRIMARY KEY (pool, digest)) STRICT, WITHOUT ROWID;

-- user
CREATE TABLE user_head (pool INTEGER NOT NULL, uid BLOB NOT NULL, version INTEGER NOT NULL, status INTEGER NOT NULL,
	enabled INTEGER NOT NULL, signout_gen INTEGER NOT NULL, signout_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
	modified_ms INTEGER NOT NULL, kv INTEGER NOT NULL, user_dek BLOB NOT NULL, PRIMARY KEY (pool, uid)) STRICT;
CREATE TABLE user_part (pool INTEGER NOT NULL, uid BLOB NOT NULL, part TEXT NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (pool, uid, part)) STRICT;
CREATE TABLE user_item (pool INTEGER NOT NULL, uid BLOB NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
	version INTEGER NOT NULL, created_ms INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (pool, uid, kind, name)) STRICT;
CREATE TABLE user_group (pool INTEGER NOT NULL, uid BLOB NOT NULL, grp BLOB NOT NULL, added_ms INTEGER NOT NULL,
	PRIMARY KEY (pool, uid, grp)) STRICT, WITHOUT ROWID;
CREATE INDEX user_group_members ON user_group (pool, grp, uid);
CREATE TABLE user_find (pool INTEGER NOT NULL, kind INTEGER NOT NULL, digest INTEGER NOT NULL, uid BLOB NOT NULL,
	PRIMARY KEY (pool, kind, digest, uid)) STRICT, WITHOUT ROWID;
CREATE INDEX user_find_by_user ON user_find (pool, uid);
CREATE TABLE session (pool INTEGER NOT NULL, uid BLOB NOT NULL, sid BLOB NOT NULL, client_id TEXT NOT NULL,
	gen INTEGER NOT NULL, grace_until_ms INTEGER NOT NULL, revoked_ms INTEGER, expires_ms INTEGER NOT NULL, sealed BLOB,
	PRIMARY KEY (pool, uid, sid)) STRICT;
CREATE INDEX session_expiry ON session (expires_ms);
CREATE TABLE user_code (pool INTEGER NOT NULL, uid BLOB NOT NULL, purpose TEXT NOT NULL, mac BLOB NOT NULL,
	tries INTEGER NOT NULL, expires_ms INTEGER NOT NULL, sealed BLOB, PRIMARY KEY (pool, uid, purpose)) STRICT;
CREATE INDEX user_code_expiry ON user_code (expires_ms);
CREATE TABLE throttle (pool INTEGER NOT NULL, uid BLOB NOT NULL, kind INTEGER NOT NULL, fails INTEGER NOT NULL,
	until_ms INTEGER NOT NULL, PRIMARY KEY (pool, uid, kind)) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_expiry ON throttle (until_ms);
CREATE TABLE spent (pool INTEGER NOT NULL, uid BLOB NOT NULL, nonce BLOB NOT NULL, uses INTEGER NOT NULL, ref BLOB,
	expires_ms INTEGER NOT NULL, PRIMARY KEY (pool, uid, nonce)) STRICT;
CREATE INDEX spent_expiry ON spent (expires_ms);
CREATE TABLE outbox (pool INTEGER NOT NULL, uid BLOB NOT NULL, id BLOB NOT NULL, due_ms INTEGER NOT NULL,
	tries INTEGER NOT NULL, lease_ms INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (pool, uid, id)) STRICT;
CREATE INDEX outbox_due ON outbox (due_ms);
CREATE TABLE erased (pool INTEGER NOT NULL, uid BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (pool, uid)) STRICT;
