-- What an outgoing mail's bytes were, also when they are not kept any more.
ALTER TABLE outbox ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN sha256 BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE outbox ADD COLUMN dropped_at INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET (size, sha256) = (SELECT length(bytes), sha256(bytes) FROM outbox_bytes WHERE outbox = id)
	WHERE id IN (SELECT outbox FROM outbox_bytes);
CREATE INDEX outbox_kept ON outbox (done_at) WHERE state = 'sent' AND dropped_at = 0;

-- Files that outgoing mails carry, each once, and where they stand in the bytes
-- of a mail: outbox_bytes has all but them.
CREATE TABLE outbox_file (
	id     INTEGER PRIMARY KEY,
	sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
	bytes  BLOB NOT NULL
) STRICT;
CREATE TABLE outbox_part (
	outbox INTEGER NOT NULL REFERENCES outbox (id),
	place  INTEGER NOT NULL, -- the offset of its first byte in the whole mail
	file   INTEGER NOT NULL REFERENCES outbox_file (id),
	PRIMARY KEY (outbox, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_part_file ON outbox_part (file);
