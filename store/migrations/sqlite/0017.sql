-- The checksum of the columns of a row that are written once or together (see
-- rowsum.go).
ALTER TABLE mail ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE mail SET checksum = rowsum(source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, trusted);
ALTER TABLE ticket ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE ticket SET checksum = rowsum(subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language, tags, rules, follows, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at, target, due_first_response, due_update, due_resolution, target_at, round);
ALTER TABLE participant ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE participant SET checksum = rowsum(ticket, address, address_key, name, role);
ALTER TABLE entry ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET checksum = rowsum(ticket, mail, kind, author, name, subject, text, full_text, at);
ALTER TABLE event ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE event SET checksum = rowsum(ticket, at, actor, what, detail, mail);
ALTER TABLE message_ref ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE message_ref SET checksum = rowsum(message_id, ticket, mail, participant, own);
ALTER TABLE outbox ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET checksum = rowsum(ticket, participant, cause, cause_event, template, language, recipient, recipient_key, reverse_path, message_id, automatic, created_at, standing, budget_mailbox, budget_domain, size, sha256);
