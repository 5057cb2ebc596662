-- What happened of some kinds on a ticket is asked for each mail, and must not cost
-- the more the longer a ticket is.
DROP INDEX event_ticket;
CREATE INDEX event_ticket ON event (ticket, kind);
