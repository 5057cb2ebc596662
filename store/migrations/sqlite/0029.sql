-- Who erased data of people, and when. Whose they were stands nowhere: digest is a keyed
-- hash of the address, by which an older backup is known to have them again; that of an
-- erasure by age is empty.
CREATE TABLE erasure (
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	actor   TEXT NOT NULL,
	digest  TEXT NOT NULL,
	done_at INTEGER NOT NULL -- 0: not yet
) STRICT;

-- (As in 0024, the constraint is changed without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''erased'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
