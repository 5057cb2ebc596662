-- The knowledge base. A row of article is one revision, which is never changed: the latest
-- one of a slug is what the article is.
CREATE TABLE article (
	id         INTEGER PRIMARY KEY,
	slug       TEXT NOT NULL,
	revision   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	writer     TEXT NOT NULL, -- an agent, or who was at the console
	mail       INTEGER,       -- that made it; NULL: none did
	state      TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
	audience   TEXT NOT NULL CHECK (audience IN ('public', 'internal')),
	owner      TEXT NOT NULL, -- an agent's name; empty: nobody
	category   TEXT NOT NULL,
	ticket     INTEGER,       -- from which it was made; NULL: none
	review     TEXT NOT NULL, -- the day, as 2027-01-31; empty: none
	created_at INTEGER NOT NULL,
	checksum   INTEGER NOT NULL,
	UNIQUE (slug, revision)
) STRICT;

-- The texts of a revision, one a language.
CREATE TABLE article_text (
	id       INTEGER PRIMARY KEY,
	article  INTEGER NOT NULL REFERENCES article (id),
	ticket   INTEGER, -- as of the article
	language TEXT NOT NULL,
	title    TEXT NOT NULL,
	body     TEXT NOT NULL, -- Markdown
	checksum INTEGER NOT NULL,
	UNIQUE (article, language)
) STRICT;

-- The words of the latest revisions, under the number of their text. (The name begins as
-- that of the other index, which is made of other rows as well.)
CREATE VIRTUAL TABLE search_article USING fts5 (title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

-- Of which review day the owner of an article was reminded.
CREATE TABLE article_reminded (
	slug TEXT PRIMARY KEY,
	day  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- (As in 0024, the constraint is changed without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''article'', ''article sent'', ''article offered'', ''article solved'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
CREATE INDEX event_article ON event (id) WHERE kind IN ('article sent', 'article offered');
