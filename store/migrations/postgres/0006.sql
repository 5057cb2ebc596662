-- What is read by pages, or newest first, stands in that order within its index, as the rowid
-- does at the end of each index of SQLite. Without it the server sorts all that the rest of the
-- index finds to return the first few: all notices that wait for an agent, all tickets of a
-- machine that reports every minute.
DROP INDEX ticket_requester;
CREATE INDEX ticket_requester ON ticket (requester_key, id);
DROP INDEX entry_ticket;
CREATE INDEX entry_ticket ON entry (ticket, id);
DROP INDEX outbox_claimable;
CREATE INDEX outbox_claimable ON outbox (priority, next_at, id) WHERE state IN ('ready', 'claimed') AND held = '';
DROP INDEX outbox_held;
CREATE INDEX outbox_held ON outbox (held, held_key, next_at, id) WHERE held <> '';
DROP INDEX outbox_reader;
CREATE INDEX outbox_reader ON outbox (participant, id);
DROP INDEX handled_disposition;
CREATE INDEX handled_disposition ON handled (disposition, mail);
DROP INDEX handled_place;
CREATE INDEX handled_place ON handled (place, mail);
