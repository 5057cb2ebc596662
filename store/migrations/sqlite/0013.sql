-- What an import knew of a mail beside its bytes.
CREATE TABLE imported (
	mail INTEGER PRIMARY KEY REFERENCES mail (id),
	at   INTEGER NOT NULL, -- when it was written
	open INTEGER NOT NULL CHECK (open IN (0, 1)), -- its ticket is work, not history
	mark TEXT NOT NULL -- by which the old desk knew its ticket
) STRICT;
CREATE INDEX imported_mark ON imported (mark) WHERE mark <> '';
