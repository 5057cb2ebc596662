-- Which texts are alike: those of solved tickets, and articles that anybody may read. All of
-- it is made of other rows; it holds hashes of words, from which none can be read. (The names
-- begin as that of the search index.)
CREATE TABLE search_alike_text (
	id       INTEGER PRIMARY KEY, -- of a ticket its number, of a text of an article minus its
	language TEXT NOT NULL,
	category TEXT NOT NULL,
	at       INTEGER NOT NULL, -- when it was solved, or made
	title    BLOB NOT NULL,    -- four bytes a word
	body     BLOB NOT NULL
) STRICT;

-- In how many of these texts a word stands.
CREATE TABLE search_alike_word (
	word  INTEGER PRIMARY KEY,
	texts INTEGER NOT NULL
) STRICT;

-- Their words, as numbers.
CREATE VIRTUAL TABLE search_alike USING fts5 (title, body, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii');

-- Up to which event and which revision of an article that is done.
CREATE TABLE search_alike_cursor (
	event   INTEGER NOT NULL,
	article INTEGER NOT NULL
) STRICT;
INSERT INTO search_alike_cursor VALUES (0, 0);
CREATE INDEX event_resolved ON event (id) WHERE kind = 'status' AND to_value = 'resolved';
