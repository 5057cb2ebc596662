-- What the guard knows of automatic mails. held: the budget that a mail waits
-- for, '': none; held_key: whose budget that is; allowed_at: when the guard let
-- the mail go, 0: not yet. standing: how much speaks for its reader (see
-- desk.Standing). Budgets count by budget_mailbox (without what follows a plus)
-- and budget_domain (the registrable one).
ALTER TABLE outbox ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN held_key TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN allowed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN standing INTEGER NOT NULL DEFAULT 0 CHECK (standing IN (0, 1, 2));
ALTER TABLE outbox ADD COLUMN budget_mailbox TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN budget_domain TEXT NOT NULL DEFAULT '';
UPDATE outbox SET allowed_at = created_at, budget_mailbox = recipient_key, budget_domain = substr(recipient_key, instr(recipient_key, '@') + 1)
	WHERE automatic = 1;
DROP INDEX outbox_automatic_recipient;
DROP INDEX outbox_automatic;
CREATE INDEX outbox_budget_mailbox ON outbox (budget_mailbox, allowed_at) WHERE automatic = 1;
CREATE INDEX outbox_budget ON outbox (allowed_at) WHERE automatic = 1;
CREATE INDEX outbox_held ON outbox (held, held_key, next_at) WHERE held <> '';
CREATE INDEX outbox_held_due ON outbox (next_at) WHERE held <> '';

-- Whether somebody outside showed that they read the mailbox of that address or
-- wrote from it.
ALTER TABLE participant ADD COLUMN proven INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1));

-- An admin can suppress by hand: the set of causes grows.
CREATE TABLE suppression_of (
	address_key TEXT NOT NULL,
	address     TEXT NOT NULL,
	cause       TEXT NOT NULL CHECK (cause IN ('bounce', 'complaint', 'loop', 'hand')),
	detail      TEXT NOT NULL,
	strikes     INTEGER NOT NULL,
	at          INTEGER NOT NULL, -- of the last strike
	until       INTEGER NOT NULL, -- 0: only counted; of cause hand: for ever
	PRIMARY KEY (address_key, cause)
) STRICT, WITHOUT ROWID;
INSERT INTO suppression_of SELECT address_key, address, cause, detail, strikes, at, until FROM suppression;
DROP TABLE suppression;
ALTER TABLE suppression_of RENAME TO suppression;
