-- How often a ticket was reopened: signed addresses are good for one round.
ALTER TABLE ticket ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
