-- Events are facts: what happened (one of a closed set), what was and what is, who
-- did it and why, and the mails and tickets that it is about. What they were before,
-- a word and a sentence, is taken apart by oldevents.go. A sentence of no known form
-- stays whole, as the reason.
CREATE TABLE typed_event (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	ticket       INTEGER NOT NULL REFERENCES ticket (id),
	at           INTEGER NOT NULL,
	kind         TEXT NOT NULL CHECK (kind IN (
		'created', 'follows', 'lost past', 'claims', 'onlooker', 'rule failed', 'quarantined', 'dropped', 'not confirmed',
		'foreign sender', 'mail to a reverse-path', 'copy', 'thanked', 'status', 'assigned', 'queue', 'category', 'priority',
		'level', 'language', 'escalated', 'returned', 'not escalated', 'woken', 'answered', 'refused', 'held', 'released',
		'replaced', 'passed on', 'not done', 'incident', 'incident led', 'incident solved', 'split', 'storm', 'warned',
		'breached', 'met', 'informed', 'never answered', 'not acknowledged', 'not sent', 'held back', 'let go',
		'budget spent', 'delayed', 'reported again', 'undeliverable', 'unproven report', 'suppressed', 'complaint',
		'loop sign', 'loop suspected', 'retried', 'cancelled', 'other')),
	actor        TEXT NOT NULL,
	from_value   TEXT NOT NULL,
	to_value     TEXT NOT NULL,
	topic        TEXT NOT NULL,
	reason       TEXT NOT NULL,
	number       INTEGER NOT NULL,
	until        INTEGER NOT NULL,
	mail         INTEGER REFERENCES mail (id),
	other_mail   INTEGER,
	other_ticket INTEGER,
	outgoing     INTEGER,
	checksum     INTEGER NOT NULL
) STRICT;

-- A row whose checksum was wrong before keeps one that is wrong: no damage is hidden.
INSERT INTO typed_event SELECT id, ticket, at, eventtext(what, detail, 'kind'), actor, eventtext(what, detail, 'from'), eventtext(what, detail, 'to'),
	eventtext(what, detail, 'topic'), eventtext(what, detail, 'reason'), eventnumber(what, detail, 'number'), eventnumber(what, detail, 'until'), mail,
	nullif(eventnumber(what, detail, 'mail'), 0), nullif(eventnumber(what, detail, 'ticket'), 0), nullif(eventnumber(what, detail, 'outgoing'), 0),
	checksum <> rowsum(ticket, at, actor, what, detail, mail) FROM event;

-- A mail that was let out of quarantine is the one that its event names.
UPDATE typed_event SET other_mail = mail WHERE kind = 'released' AND other_mail IS NULL
	AND EXISTS (SELECT 1 FROM event AS stub WHERE stub.ticket = typed_event.ticket AND stub.mail = typed_event.mail AND stub.what = 'quarantined');

UPDATE typed_event SET checksum = checksum + rowsum(ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, mail, other_mail, other_ticket, outgoing);
DELETE FROM sqlite_sequence WHERE name = 'typed_event' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'event');
UPDATE sqlite_sequence SET name = 'typed_event' WHERE name = 'event';
DROP TABLE event;
ALTER TABLE typed_event RENAME TO event;
CREATE INDEX event_ticket ON event (ticket);
-- Agents' mails that wait until their writer has said what they mean.
CREATE INDEX event_held ON event (ticket) WHERE kind = 'held';
