-- An answer to all who report an incident is told to some of them at a time.
ALTER TABLE incident ADD COLUMN announcements TEXT NOT NULL DEFAULT '';
