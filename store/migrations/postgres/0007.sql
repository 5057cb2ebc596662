-- A row of the audit has a digest of all that its event says, behind a salt of its own. Whoever is
-- erased from the event takes the salt away. Rows from before have neither.
ALTER TABLE audit ADD COLUMN said BYTEA CHECK (length(said) = 32);
ALTER TABLE audit ADD COLUMN salt BYTEA;
