-- The mails are kept in a file of their own (journal.db), into which split.go has
-- copied them by now. Here stands what became of them: a row is written once, when
-- a mail has its disposition. mail is a number of the journal.
CREATE TABLE handled (
	mail        INTEGER PRIMARY KEY,
	disposition TEXT NOT NULL CHECK (disposition IN ('new', 'appended', 'machine', 'duplicate', 'quarantined', 'spam')),
	reason      TEXT NOT NULL,
	ticket      INTEGER REFERENCES ticket (id),
	attempts    INTEGER NOT NULL,
	handled_at  INTEGER NOT NULL CHECK (handled_at <> 0)
) STRICT;
INSERT INTO handled SELECT id, disposition, reason, ticket, attempts, handled_at FROM mail WHERE disposition <> 'pending';
CREATE INDEX handled_disposition ON handled (disposition);

-- Pending mails of which more is known than the journal says: how many attempts at
-- them were begun, and those that a person released from quarantine.
CREATE TABLE begun (
	mail     INTEGER PRIMARY KEY,
	attempts INTEGER NOT NULL
) STRICT;
INSERT INTO begun SELECT id, attempts FROM mail WHERE disposition = 'pending' AND attempts > 1;

-- No reference leads from one file into another; maildesk check --data looks
-- whether the mails are there. (SQLite's documentation of ALTER TABLE names this
-- way to drop a constraint without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, ' REFERENCES mail (id)', '') WHERE type = 'table';
PRAGMA writable_schema = reset;
DROP TABLE imported;
DROP TABLE fetched;
DROP TABLE fingerprint;
DROP TABLE mail_raw;
DROP TABLE lost;
DROP TABLE mail;
