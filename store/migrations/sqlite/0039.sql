-- What speaks against who a mail says it is from.
-- (As in 0024, the constraint is changed without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''suspect sender'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
