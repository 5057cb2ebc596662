-- Several daemons on one database: the package comment of store/postgres says how they do it.

-- What each commit has changed, as the keys of plans in JSON, for the other processes.
CREATE TABLE change (
	id   BIGINT PRIMARY KEY,
	keys TEXT COLLATE "C" NOT NULL
);
ALTER TABLE turn DROP COLUMN holder;
ALTER TABLE turn ADD COLUMN last BIGINT NOT NULL DEFAULT 0; -- the last row of change

-- The numbers that decisions take before they are committed, each for one process alone.
CREATE SEQUENCE ticket_number;
CREATE SEQUENCE participant_number;
CREATE SEQUENCE outbox_number;
CREATE SEQUENCE event_number;
SELECT setval(CAST(name || '_number' AS regclass), seq + 1, false) FROM given WHERE name <> 'mail';
DELETE FROM given WHERE name <> 'mail';

-- The daemons that take part. Whose time is over is taken out by another one.
CREATE TABLE node (
	id     BIGINT PRIMARY KEY,
	seat   TEXT COLLATE "C" NOT NULL, -- where it runs: no two at once are in the same place
	name   TEXT COLLATE "C" NOT NULL, -- for people
	config TEXT COLLATE "C" NOT NULL, -- the digest of its settings and keys
	until  TIMESTAMPTZ NOT NULL
);
-- What one daemon at a time does, and which: as long as it has a row of node.
CREATE TABLE term (
	name   TEXT COLLATE "C" PRIMARY KEY,
	holder BIGINT NOT NULL,
	number BIGINT NOT NULL
);
-- The daemon that took a mail into custody, and handles it as long as it has a row of node.
ALTER TABLE mail ADD COLUMN node BIGINT NOT NULL DEFAULT coalesce(CAST(nullif(current_setting('maildesk.node', true), '') AS BIGINT), 0);
