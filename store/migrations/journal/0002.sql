-- What the desk's own checks found of who sent a mail (SPF, DKIM, DMARC), when it was
-- handled first. It is written once; who handles the mail again asks no DNS.
CREATE TABLE authentication (
	id         INTEGER PRIMARY KEY REFERENCES mail (id), -- the mail's own
	at         INTEGER NOT NULL CHECK (at <> 0),
	spf        TEXT NOT NULL,
	spf_domain TEXT NOT NULL,
	dkim       TEXT NOT NULL,
	signatures TEXT NOT NULL, -- JSON array of objects, '' when empty
	dmarc      TEXT NOT NULL,
	policy     TEXT NOT NULL,
	policy_at  TEXT NOT NULL,
	signer     TEXT NOT NULL,
	fault      TEXT NOT NULL,
	checksum   INTEGER NOT NULL -- see rowsum.go
) STRICT;
