-- Agents take back what they wrote while it has not left, and what they changed. (As in
-- 0024, the constraint is changed without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''taken back'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
