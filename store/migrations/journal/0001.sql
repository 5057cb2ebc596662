-- The journal: the mails that the desk has taken into custody. No row is changed
-- once it is kept, but those of fingerprint. What became of a mail stands in
-- maildesk.db. Times are microseconds since 1970, 0: never.
CREATE TABLE mail (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	source        TEXT NOT NULL CHECK (source IN ('smtp', 'imap', 'pipe', 'import')),
	reverse_path  TEXT NOT NULL,
	unknown       INTEGER NOT NULL CHECK (unknown IN (0, 1)),
	forward_paths TEXT NOT NULL, -- JSON array, '' when empty
	client        TEXT NOT NULL,
	helo          TEXT NOT NULL,
	tls           INTEGER NOT NULL CHECK (tls IN (0, 1)),
	auth_user     TEXT NOT NULL,
	received_at   INTEGER NOT NULL,
	size          INTEGER NOT NULL,
	sha256        BLOB NOT NULL CHECK (length(sha256) = 32),
	fingerprint   BLOB NOT NULL CHECK (length(fingerprint) = 32),
	message_id    TEXT NOT NULL,
	trusted       INTEGER NOT NULL CHECK (trusted IN (0, 1)),
	duplicate_of  INTEGER REFERENCES mail (id),
	attempts      INTEGER NOT NULL, -- at handling it, begun with its custody
	checksum      INTEGER NOT NULL -- see rowsum.go
) STRICT;
CREATE INDEX mail_duplicate ON mail (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Apart, so that a pass over the mails does not read their bytes.
CREATE TABLE mail_raw (
	mail INTEGER PRIMARY KEY REFERENCES mail (id),
	raw  BLOB NOT NULL
) STRICT;

-- The first mail of each fingerprint, and when a copy was last seen.
CREATE TABLE fingerprint (
	fingerprint BLOB PRIMARY KEY,
	mail        INTEGER NOT NULL REFERENCES mail (id),
	seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How a mail was found in a mailbox.
CREATE TABLE fetched (
	mail         INTEGER PRIMARY KEY REFERENCES mail (id),
	mailbox      INTEGER NOT NULL, -- of maildesk.db
	uid_validity INTEGER NOT NULL,
	uid          INTEGER NOT NULL,
	arrived_at   INTEGER NOT NULL,
	relisted     INTEGER NOT NULL CHECK (relisted IN (0, 1)),
	whole        INTEGER NOT NULL -- size of a mail of which only the header was taken, else 0
) STRICT;
CREATE INDEX fetched_place ON fetched (mailbox, uid_validity, uid);

-- What an import knew of a mail beside its bytes.
CREATE TABLE imported (
	mail INTEGER PRIMARY KEY REFERENCES mail (id),
	at   INTEGER NOT NULL, -- when it was written
	open INTEGER NOT NULL CHECK (open IN (0, 1)), -- its ticket is work, not history
	mark TEXT NOT NULL -- by which the old desk knew its ticket
) STRICT;
CREATE INDEX imported_mark ON imported (mark) WHERE mark <> '';

-- Mails whose bytes a damaged journal did not give back. One without a row in
-- mail is lost altogether.
CREATE TABLE lost (
	mail   INTEGER PRIMARY KEY,
	reason TEXT NOT NULL
) STRICT;
