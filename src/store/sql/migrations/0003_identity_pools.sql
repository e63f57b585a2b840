-- Control. Its keys are rows of pool_key, its maps of tags rows of pool_item, its identities rows of user_head,
-- all under the same number, which no user pool has.
CREATE TABLE identity_pool (pool INTEGER NOT NULL PRIMARY KEY, pool_id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
	created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
