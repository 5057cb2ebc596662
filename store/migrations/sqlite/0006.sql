-- Automatic mail to people outside: what the budgets count.
ALTER TABLE outbox ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0 CHECK (automatic IN (0, 1));
UPDATE outbox SET automatic = 1 WHERE template IN ('acknowledgement', 'escalated');
DROP INDEX outbox_recipient;
DROP INDEX outbox_made;
CREATE INDEX outbox_automatic_recipient ON outbox (recipient_key, created_at) WHERE automatic = 1;
CREATE INDEX outbox_automatic ON outbox (created_at) WHERE automatic = 1;

-- What speaks against automatic mail to an address. until is 0 as long as the
-- strikes are only counted.
CREATE TABLE suppression (
	address_key TEXT NOT NULL,
	address     TEXT NOT NULL,
	cause       TEXT NOT NULL CHECK (cause IN ('bounce', 'complaint', 'loop')),
	detail      TEXT NOT NULL,
	strikes     INTEGER NOT NULL,
	at          INTEGER NOT NULL, -- of the last strike
	until       INTEGER NOT NULL,
	PRIMARY KEY (address_key, cause)
) STRICT, WITHOUT ROWID;

-- Mails of one kind that come in masses, counted per hour, and the ticket that
-- tells of them.
CREATE TABLE storm (
	kind   TEXT NOT NULL,
	hour   INTEGER NOT NULL,
	count  INTEGER NOT NULL,
	ticket INTEGER REFERENCES ticket (id),
	PRIMARY KEY (kind, hour)
) STRICT, WITHOUT ROWID;
