-- An outage that many people report. Its lead is the ticket in which it is
-- worked on; the signature tells later reports.
CREATE TABLE incident (
	lead      INTEGER PRIMARY KEY REFERENCES ticket (id),
	signature TEXT NOT NULL, -- JSON
	opened_at INTEGER NOT NULL,
	solved_at INTEGER NOT NULL,
	solver    TEXT NOT NULL, -- agent
	solution  TEXT NOT NULL  -- what the agent wrote to everybody
) STRICT;
CREATE INDEX incident_open ON incident (opened_at) WHERE solved_at = 0;

-- The tickets that report an incident, the lead among them. told: the solution
-- has been passed on.
CREATE TABLE report (
	ticket   INTEGER PRIMARY KEY REFERENCES ticket (id),
	incident INTEGER NOT NULL REFERENCES incident (lead),
	told     INTEGER NOT NULL CHECK (told IN (0, 1))
) STRICT;
CREATE INDEX report_incident ON report (incident, told);
