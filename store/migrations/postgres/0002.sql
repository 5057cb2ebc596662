-- What the history of the desk said of the mails that rules judged, as JSON; empty: nothing.
ALTER TABLE judgement ADD COLUMN learnt TEXT COLLATE "C" NOT NULL DEFAULT '';
