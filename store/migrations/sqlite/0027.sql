-- Agents plan what is sent later, or only if nobody answers. When the clock looks at that
-- next stands on the ticket.
ALTER TABLE ticket ADD COLUMN plan_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_plan ON ticket (plan_at) WHERE plan_at > 0;
UPDATE ticket SET checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round, await_at, plan_at)
	WHERE checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round, await_at);

-- (As in 0024, the constraint is changed without a copy of the table.)
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = replace(sql, '''other''))', '''kind'', ''tagged'', ''untagged'', ''subject'', ''worked'', ''planned'', ''reminded'', ''plan ended'', ''other''))')
	WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = reset;
