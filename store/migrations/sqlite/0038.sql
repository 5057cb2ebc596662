-- What is held may be much, is due long ago and is never claimed: a look for what is due
-- must not pass over it.
DROP INDEX outbox_due;
CREATE INDEX outbox_claimable ON outbox (priority, next_at) WHERE state IN ('ready', 'claimed') AND held = '';
