-- What is promised for a ticket: the target that a rule chose, by when each
-- promise is due, and when the clock has to look at them next.
ALTER TABLE ticket ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN due_first_response INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN due_update INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN due_resolution INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN target_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_target ON ticket (target_at) WHERE target_at > 0;
