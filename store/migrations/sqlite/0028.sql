-- In which language people asked to be written to, whatever they write in.
CREATE TABLE wanted_language (
	address TEXT PRIMARY KEY, -- in lower case
	language TEXT NOT NULL    -- ISO 639-1
) STRICT, WITHOUT ROWID;

-- How requesters rated the answers since a time.
CREATE INDEX event_rated ON event (at) WHERE kind = 'rated';
