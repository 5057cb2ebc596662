-- Whose turn it was last in a queue that gives its tickets out.
CREATE TABLE rotation (
	queue TEXT PRIMARY KEY,
	agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Agents who said by mail that they are away, up to and including a day.
CREATE TABLE away (
	agent TEXT PRIMARY KEY,
	until TEXT NOT NULL -- 2026-12-24
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_assignee ON ticket (assignee) WHERE assignee <> '' AND status IN ('new', 'open', 'pending', 'on-hold');
