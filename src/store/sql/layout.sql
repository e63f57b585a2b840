-- What the store keeps about itself.

-- name: layout_tables
-- params:
-- only: sqlite
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name LIMIT 100;

-- name: layout_tables
-- params:
-- only: postgres
SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1 LIMIT 100;

-- name: meta_read
-- params: name text
SELECT value FROM store_meta WHERE name = $1;

-- name: meta_insert
-- params: name text, value blob
-- rows: 1
INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: meta_delete
-- params: name text
-- rows: any
DELETE FROM store_meta WHERE name = $1;

-- name: meta_page
-- params: after text, before text, max int
SELECT name, value FROM store_meta WHERE name > $1 AND name < $2 ORDER BY name LIMIT $3;

-- name: master_slots
-- params:
SELECT slot, kind, check_value, wrapped FROM master_slot ORDER BY slot LIMIT 16;

-- name: master_slot_insert
-- params: slot int, kind text, check_value blob, wrapped blob
-- rows: 1
INSERT INTO master_slot (slot, kind, check_value, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT (slot) DO NOTHING;

-- name: epoch_list
-- params:
SELECT slot, epoch FROM config_epoch ORDER BY slot;

-- name: epoch_bump
-- params: slot int
-- rows: 1
UPDATE config_epoch SET epoch = epoch + 1 WHERE slot = $1;

-- name: epoch_bump_all
-- params:
-- rows: any
UPDATE config_epoch SET epoch = epoch + 1;
