-- The latest mails to one reader, to see what an answer quotes.
CREATE INDEX outbox_reader ON outbox (participant);
