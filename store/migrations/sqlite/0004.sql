-- Which version of the rules judged a mail, and what they saw beside it: one row
-- for each mail that they judged.
CREATE TABLE judgement (
	mail         INTEGER PRIMARY KEY REFERENCES mail (id),
	ticket       INTEGER REFERENCES ticket (id), -- NULL: spam
	version      TEXT NOT NULL,
	loaded_at    INTEGER NOT NULL,
	open_tickets INTEGER NOT NULL,
	all_tickets  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX judgement_ticket ON judgement (ticket) WHERE ticket IS NOT NULL;
