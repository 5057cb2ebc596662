-- Whose request a ticket is, and who takes part in it, can change: events say so, and
-- who left stays known, so that nothing but an agent's word brings them back.
ALTER TABLE participant ADD COLUMN has_left INTEGER NOT NULL DEFAULT 0 CHECK (has_left IN (0, 1));

CREATE TABLE longer_event (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket       INTEGER NOT NULL REFERENCES ticket (id),
	at           INTEGER NOT NULL,
	kind         TEXT NOT NULL CHECK (kind IN (
		'created', 'follows', 'lost past', 'claims', 'onlooker', 'rule failed', 'quarantined', 'dropped', 'not confirmed',
		'foreign sender', 'mail to a reverse-path', 'copy', 'thanked', 'status', 'assigned', 'queue', 'category', 'priority',
		'level', 'language', 'requester', 'joined', 'accepted', 'left', 'escalated', 'returned', 'not escalated', 'woken',
		'answered', 'refused', 'held', 'released', 'replaced', 'passed on', 'not done', 'incident', 'incident led',
		'incident solved', 'split', 'storm', 'warned', 'breached', 'met', 'informed', 'never answered', 'not acknowledged',
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

-- Accepting somebody was an event of no kind of its own. A row whose checksum is wrong
-- stays as it is.
UPDATE longer_event SET kind = 'accepted', to_value = reason, topic = '', reason = '',
	checksum = rowsum(ticket, at, 'accepted', actor, from_value, reason, '', '', number, until, mail, other_mail, other_ticket, outgoing)
	WHERE kind = 'other' AND topic = 'accepted'
	AND checksum = rowsum(ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, mail, other_mail, other_ticket, outgoing);

DELETE FROM sqlite_sequence WHERE name = 'longer_event' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'event');
UPDATE sqlite_sequence SET name = 'longer_event' WHERE name = 'event';
DROP TABLE event;
ALTER TABLE longer_event RENAME TO event;
CREATE INDEX event_ticket ON event (ticket, kind);
-- Agents' mails that wait until their writer has said what they mean.
CREATE INDEX event_held ON event (ticket) WHERE kind = 'held';
