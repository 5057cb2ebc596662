-- Mails whose bytes a damaged database did not give back. One without a row in
-- mail is lost altogether.
CREATE TABLE lost (
	mail   INTEGER PRIMARY KEY,
	reason TEXT NOT NULL
) STRICT;
