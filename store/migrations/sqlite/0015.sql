-- Agents' mails that wait until their writer has said what they mean.
CREATE INDEX event_held ON event (ticket) WHERE what = 'held';
