-- Thanks of requesters that no notice has shown yet to the agent who had the
-- ticket; mail: the latest that says so.
CREATE TABLE thanks (
	ticket INTEGER PRIMARY KEY REFERENCES ticket (id),
	agent  TEXT NOT NULL,
	mail   INTEGER NOT NULL REFERENCES mail (id)
) STRICT;
CREATE INDEX thanks_agent ON thanks (agent);
