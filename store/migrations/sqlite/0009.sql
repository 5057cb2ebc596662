-- What is or was wrong with the desk itself, and what its admin was told of it.
CREATE TABLE trouble (
	kind      TEXT NOT NULL,
	subject   TEXT NOT NULL,
	text      TEXT NOT NULL,
	mark      TEXT NOT NULL,
	since     INTEGER NOT NULL,
	over_at   INTEGER NOT NULL, -- 0: it stands
	told      INTEGER NOT NULL CHECK (told IN (0, 1)), -- the last mail said that it stands
	told_mark TEXT NOT NULL,
	hour      INTEGER NOT NULL, -- in which mails were last counted
	mails     INTEGER NOT NULL,
	PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
