-- What was done that bears on trust: who erased, released, dropped, or wrote below what was
-- proven of them. Each row's hash covers the row before it, so that none can be changed,
-- put between or taken away unseen. It names no person outside. event: the one it is made of.
CREATE TABLE audit (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	actor  TEXT NOT NULL, -- an agent, who was at the console, the desk; nobody outside
	ticket INTEGER,
	mail   INTEGER,
	number INTEGER NOT NULL,
	event  INTEGER, -- NULL: it is about no ticket
	hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE UNIQUE INDEX audit_event ON audit (event) WHERE event IS NOT NULL;
