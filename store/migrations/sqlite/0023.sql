-- Tickets about one matter are worked on in one of them.
ALTER TABLE ticket ADD COLUMN merged INTEGER REFERENCES ticket (id);
UPDATE ticket SET checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round)
	WHERE checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round);

CREATE TABLE longer_event (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket       INTEGER NOT NULL REFERENCES ticket (id),
	at           INTEGER NOT NULL,
	kind         TEXT NOT NULL CHECK (kind IN (
		'created', 'follows', 'lost past', 'claims', 'onlooker', 'rule failed', 'quarantined', 'dropped', 'not confirmed',
		'foreign sender', 'mail to a reverse-path', 'copy', 'thanked', 'status', 'assigned', 'queue', 'category', 'priority',
		'level', 'language', 'requester', 'joined', 'accepted', 'left', 'escalated', 'returned', 'not escalated', 'woken',
		'answered', 'refused', 'held', 'released', 'replaced', 'passed on', 'not done', 'incident', 'incident led',
		'incident solved', 'split', 'storm', 'merged', 'merged in', 'unmerged', 'linked', 'split off', 'comes of', 'warned', 'breached', 'met', 'informed', 'never answered', 'not acknowledged',
		'not sent', 'held back', 'let go', 'budget spent', 'delayed', 'reported again', 'undeliverable', 'unproven report',
		'suppressed', 'complaint', 'loop sign', 'loop suspected', 'retried', 'cancelled', 'other')),
	actor        TEXT NOT NULL,
	from_value   TEXT NOT NULL,
	to_value     TEXT NOT NULL,
	topic        TEXT NOT NULL,
	reason       TEXT NOT NULL,
	number       INTEGER NOT NULL,
	until        INTEGER NOT NULL,
	mail         INTEGER,
	other_mail   INTEGER,
	other_ticket INTEGER,
	outgoing     INTEGER,
	checksum     INTEGER NOT NULL
) STRICT;
INSERT INTO longer_event SELECT id, ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, mail, other_mail, other_ticket,
	outgoing, checksum FROM event;

DELETE FROM sqlite_sequence WHERE name = 'longer_event' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'event');
UPDATE sqlite_sequence SET name = 'longer_event' WHERE name = 'event';
DROP TABLE event;
ALTER TABLE longer_event RENAME TO event;
CREATE INDEX event_ticket ON event (ticket, kind);
-- Agents' mails that wait until their writer has said what they mean.
CREATE INDEX event_held ON event (ticket) WHERE kind = 'held';
