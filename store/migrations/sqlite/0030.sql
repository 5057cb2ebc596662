-- The order in which mails came to their dispositions. Of two that were handled side by
-- side the times only say which was begun first.
ALTER TABLE handled ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
CREATE INDEX handled_place ON handled (place);
