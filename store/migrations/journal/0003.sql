-- Mails of which something was taken out, as a person was erased or kept long enough: all of
-- it ('out'), or what was about that person ('cut'). Their row and bytes are replaced, and
-- their tickets are taken as they stand when tickets are made anew.
CREATE TABLE erased (
	mail    INTEGER PRIMARY KEY REFERENCES mail (id),
	how     TEXT NOT NULL CHECK (how IN ('out', 'cut')),
	erasure INTEGER NOT NULL -- of maildesk.db
) STRICT;
