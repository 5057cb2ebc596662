-- Whom agents put on call in a rota by mail, before all of its layers; of several that
-- overlap the last one counts.
CREATE TABLE duty (
	id INTEGER PRIMARY KEY,
	rota TEXT NOT NULL,
	agent TEXT NOT NULL,
	begins INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	writer TEXT NOT NULL
) STRICT;
