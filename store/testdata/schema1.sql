-- The first schema as it was released, with a few rows. Frozen: never edit.
-- Times are microseconds since 1970, 0: never. Addresses are compared by the
-- column of the same name ending in _key, which is in lower case.

-- AUTOINCREMENT: a number is never given twice, as signed reply addresses
-- name tickets and participants.
CREATE TABLE ticket (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	subject       TEXT NOT NULL,
	address       TEXT NOT NULL, -- intake address
	requester     TEXT NOT NULL,
	requester_key TEXT NOT NULL,
	name          TEXT NOT NULL,
	status        TEXT NOT NULL CHECK (status IN ('new', 'open', 'pending', 'on-hold', 'resolved', 'closed')),
	category      TEXT NOT NULL,
	kind          TEXT NOT NULL,
	priority      TEXT NOT NULL,
	queue         TEXT NOT NULL,
	level         INTEGER NOT NULL,
	assignee      TEXT NOT NULL,
	language      TEXT NOT NULL,
	tags          TEXT NOT NULL, -- JSON array, '' when empty
	rules         TEXT NOT NULL, -- likewise
	follows       INTEGER REFERENCES ticket (id),
	created_at    INTEGER NOT NULL,
	updated_at    INTEGER NOT NULL,
	resolved_at   INTEGER NOT NULL,
	informed_at   INTEGER NOT NULL,
	closed_at     INTEGER NOT NULL,
	wake_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_status ON ticket (status);
CREATE INDEX ticket_requester ON ticket (requester_key);
CREATE INDEX ticket_wake ON ticket (wake_at) WHERE wake_at > 0;

-- The journal. Raw bytes are apart, so that a change of a row does not write
-- them again.
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
	attempts      INTEGER NOT NULL,
	disposition   TEXT NOT NULL CHECK (disposition IN ('pending', 'new', 'appended', 'machine', 'duplicate', 'quarantined', 'spam')),
	reason        TEXT NOT NULL,
	ticket        INTEGER REFERENCES ticket (id),
	handled_at    INTEGER NOT NULL,
	CHECK ((disposition = 'pending') = (handled_at = 0))
) STRICT;
CREATE INDEX mail_disposition ON mail (disposition);
CREATE INDEX mail_duplicate ON mail (duplicate_of) WHERE duplicate_of IS NOT NULL;

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

CREATE TABLE participant (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket      INTEGER NOT NULL REFERENCES ticket (id),
	address     TEXT NOT NULL,
	address_key TEXT NOT NULL,
	name        TEXT NOT NULL,
	role        TEXT NOT NULL CHECK (role IN ('requester', 'participant', 'agent')),
	UNIQUE (ticket, address_key, role)
) STRICT;

CREATE TABLE entry (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket    INTEGER NOT NULL REFERENCES ticket (id),
	mail      INTEGER REFERENCES mail (id),
	kind      TEXT NOT NULL CHECK (kind IN ('message', 'reply', 'note', 'machine', 'system')),
	author    TEXT NOT NULL,
	name      TEXT NOT NULL,
	subject   TEXT NOT NULL,
	text      TEXT NOT NULL,
	full_text TEXT NOT NULL,
	at        INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_ticket ON entry (ticket);

CREATE TABLE event (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket INTEGER NOT NULL REFERENCES ticket (id),
	at     INTEGER NOT NULL,
	actor  TEXT NOT NULL,
	what   TEXT NOT NULL,
	detail TEXT NOT NULL,
	mail   INTEGER REFERENCES mail (id)
) STRICT;
CREATE INDEX event_ticket ON event (ticket);

CREATE TABLE message_ref (
	id          INTEGER PRIMARY KEY,
	message_id  TEXT NOT NULL,
	ticket      INTEGER NOT NULL REFERENCES ticket (id),
	mail        INTEGER REFERENCES mail (id),
	participant INTEGER REFERENCES participant (id),
	own         INTEGER NOT NULL CHECK (own IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX message_ref_once ON message_ref (message_id, ticket, coalesce(mail, 0), coalesce(participant, 0), own);

-- One row per recipient. next_at is when a row may be claimed: the time of the
-- next attempt of a ready one, the end of the lease of a claimed one.
CREATE TABLE outbox (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket        INTEGER REFERENCES ticket (id),
	participant   INTEGER REFERENCES participant (id),
	cause         INTEGER REFERENCES mail (id),
	cause_event   INTEGER NOT NULL,
	template      TEXT NOT NULL,
	language      TEXT NOT NULL,
	recipient     TEXT NOT NULL,
	recipient_key TEXT NOT NULL,
	reverse_path  TEXT NOT NULL,
	message_id    TEXT NOT NULL,
	priority      INTEGER NOT NULL CHECK (priority IN (0, 1, 2)),
	state         TEXT NOT NULL CHECK (state IN ('ready', 'claimed', 'sent', 'failed', 'cancelled')),
	attempts      INTEGER NOT NULL,
	next_at       INTEGER NOT NULL,
	lease_owner   TEXT NOT NULL,
	created_at    INTEGER NOT NULL,
	done_at       INTEGER NOT NULL,
	last_code     INTEGER NOT NULL,
	last_text     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_once ON outbox (coalesce(ticket, 0), template, coalesce(cause, 0), cause_event, recipient_key);
CREATE INDEX outbox_state ON outbox (state);
CREATE INDEX outbox_recipient ON outbox (recipient_key, template, created_at);
CREATE INDEX outbox_made ON outbox (template, created_at);
CREATE INDEX outbox_due ON outbox (priority, next_at) WHERE state IN ('ready', 'claimed');
CREATE INDEX outbox_order ON outbox (ticket, recipient_key) WHERE state IN ('ready', 'claimed');

CREATE TABLE outbox_bytes (
	outbox INTEGER PRIMARY KEY REFERENCES outbox (id),
	bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE attempt (
	id      INTEGER PRIMARY KEY,
	outbox  INTEGER NOT NULL REFERENCES outbox (id),
	at      INTEGER NOT NULL,
	state   TEXT NOT NULL CHECK (state IN ('sent', 'ready', 'failed')),
	next_at INTEGER NOT NULL,
	host    TEXT NOT NULL,
	code    INTEGER NOT NULL,
	text    TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_outbox ON attempt (outbox);

-- The words of every entry (rowid: its id) and of every ticket's subject
-- (rowid: minus its number). No copy of the text is kept.
CREATE VIRTUAL TABLE search USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

PRAGMA user_version = 1;

INSERT INTO ticket VALUES (1, 'The printer is jammed', 'support@example.org', 'Ana@example.net', 'ana@example.net', 'Ana', 'open', 'printing', 'incident', 'normal', 'first-line', 1, 'alice', 'en', '["a","b"]', '', NULL, 1000000, 2000000, 0, 0, 0, 0);
INSERT INTO search (rowid, text) VALUES (-1, 'The printer is jammed');
INSERT INTO mail VALUES (1, 'smtp', 'ana@example.net', 0, '["support@example.org"]', '192.0.2.1', 'mx.example.net', 1, '', 1000000, 5, x'3934817afbfcc2ae0ff60e0b50d6eb11532cb9790b71040c89a722b630c49069', zeroblob(32), '<1@example.net>', 0, NULL, 1, 'new', 'no evidence', 1, 2000000);
INSERT INTO mail_raw VALUES (1, x'48690d0a00');
INSERT INTO fingerprint VALUES (zeroblob(32), 1, 1000000);
INSERT INTO participant VALUES (1, 1, 'Ana@example.net', 'ana@example.net', 'Ana', 'requester');
INSERT INTO entry VALUES (1, 1, 1, 'message', 'Ana@example.net', 'Ana', 'The printer is jammed', 'Help!', '', 1000000);
INSERT INTO search (rowid, text) VALUES (1, 'The printer is jammed Help!');
INSERT INTO event VALUES (1, 1, 1000000, 'desk', 'created', 'printing', 1);
INSERT INTO event VALUES (2, 1, 2000000, 'alice', 'status', 'new → open', NULL);
INSERT INTO message_ref VALUES (1, '<1@example.net>', 1, 1, NULL, 0), (2, '<t1@example.org>', 1, NULL, 1, 1);
INSERT INTO outbox VALUES (1, 1, 1, 1, 0, 'acknowledgement', 'en', 'Ana@example.net', 'ana@example.net', '', '<t1@example.org>', 0, 'sent', 1, 1000000, '', 1000000, 2000000, 250, 'ok');
INSERT INTO outbox_bytes VALUES (1, x'48690d0a');
INSERT INTO attempt VALUES (1, 1, 2000000, 'sent', 0, '127.0.0.1:25', 250, 'ok');
