-- Addresses that agents have confirmed as theirs, beside those in the configuration.
CREATE TABLE agent_address (
	address TEXT PRIMARY KEY, -- in lower case
	agent   TEXT NOT NULL     -- the name in the configuration
) STRICT, WITHOUT ROWID;
