-- A mailbox on an IMAP server and how far it was fetched. Every UID up to
-- low_water is done or has a row in mailbox_uid; those above are done when they
-- have one.
CREATE TABLE mailbox (
	id           INTEGER PRIMARY KEY,
	account      TEXT NOT NULL,
	name         TEXT NOT NULL,
	uid_validity INTEGER NOT NULL,
	low_water    INTEGER NOT NULL,
	backlog      TEXT NOT NULL CHECK (backlog IN ('', 'history', 'relisted')),
	backlog_to   INTEGER NOT NULL,
	first_at     INTEGER NOT NULL,
	passed_over  INTEGER NOT NULL,
	taken        INTEGER NOT NULL,
	recognised   INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('', 'ok', 'degraded', 'down', 'paused')),
	reason       TEXT NOT NULL,
	since        INTEGER NOT NULL,
	contact_at   INTEGER NOT NULL,
	UNIQUE (account, name)
) STRICT;

CREATE TABLE mailbox_uid (
	mailbox      INTEGER NOT NULL REFERENCES mailbox (id),
	uid_validity INTEGER NOT NULL,
	uid          INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('kept', 'done', 'failed', 'blocked', 'too-large', 'deleted')),
	attempts     INTEGER NOT NULL,
	reason       TEXT NOT NULL,
	mail         INTEGER REFERENCES mail (id),
	at           INTEGER NOT NULL,
	PRIMARY KEY (mailbox, uid_validity, uid)
) STRICT, WITHOUT ROWID;

-- How a mail of the journal was found in a mailbox.
CREATE TABLE fetched (
	mail         INTEGER PRIMARY KEY REFERENCES mail (id),
	mailbox      INTEGER NOT NULL REFERENCES mailbox (id),
	uid_validity INTEGER NOT NULL,
	uid          INTEGER NOT NULL,
	arrived_at   INTEGER NOT NULL,
	relisted     INTEGER NOT NULL CHECK (relisted IN (0, 1)),
	whole        INTEGER NOT NULL -- size of a mail of which only the header was taken, else 0
) STRICT;
