-- Which shifts of rotas agents were invited to by mail, and what they said. begins makes the
-- UID of the calendar's event, and sequence counts what was sent about it (RFC 5545).
CREATE TABLE invitation (
	rota TEXT NOT NULL,
	begins INTEGER NOT NULL,
	agent TEXT NOT NULL,
	ends INTEGER NOT NULL,
	sequence INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('invited', 'accepted', 'declined', 'withdrawn')),
	PRIMARY KEY (rota, begins, agent)
) STRICT, WITHOUT ROWID;
