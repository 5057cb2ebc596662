-- People outside who neither asked nor read along are asked, too: vendors, and those who
-- approve. Until when an answer of one of them is expected first stands on the ticket.
ALTER TABLE ticket ADD COLUMN await_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_await ON ticket (await_at) WHERE await_at > 0;
UPDATE ticket SET checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round, await_at)
	WHERE checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round);

-- (SQLite's documentation of ALTER TABLE names this way to change a constraint without a
-- copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''participant'', ''agent'')', '''participant'', ''agent'', ''vendor'', ''approver'')')
	WHERE type = 'table' AND name = 'participant';
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''asked'', ''vendor answered'', ''vendor number'', ''vendor late'', ''approval asked'', ''voted'', ''approval'', ''approval late'', ''rated'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
