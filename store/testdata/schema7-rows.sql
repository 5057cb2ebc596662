-- Rows for the tables and columns that schemas 2 to 7 have brought. The first
-- schema's rows are there already.
UPDATE ticket SET target = 'default', due_first_response = 3000000, due_update = 4000000, due_resolution = 5000000, target_at = 3000000 WHERE id = 1;
INSERT INTO mail (id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, duplicate_of, trusted, attempts, disposition, reason, ticket, handled_at)
	SELECT 2, 'imap', reverse_path, 1, forward_paths, '', '', 0, '', 1500000, size, sha256, fingerprint, '<2@example.net>', NULL, 0, 1, 'appended', 'reply-address', 1, 2500000 FROM mail WHERE id = 1;
INSERT INTO mail_raw SELECT 2, raw FROM mail_raw WHERE mail = 1;
INSERT INTO entry VALUES (2, 1, 2, 'message', 'Ana@example.net', 'Ana', 'Re: The printer is jammed', 'Still.', '', 1500000);
INSERT INTO search (rowid, text) VALUES (2, 'Re: The printer is jammed Still.');
INSERT INTO participant (id, ticket, address, address_key, name, role) VALUES (2, 1, 'alice@example.org', 'alice@example.org', 'alice', 'agent');
INSERT INTO outbox (id, ticket, participant, cause, cause_event, template, language, recipient, recipient_key, reverse_path, message_id, priority, state, attempts, next_at, lease_owner, created_at, done_at, last_code, last_text)
	VALUES (2, 1, 2, 1, 0, 'new-ticket', 'en', 'alice@example.org', 'alice@example.org', 'support@example.org', '<t2@example.org>', 1, 'ready', 0, 1000000, '', 1000000, 0, 0, '');
INSERT INTO outbox_bytes VALUES (2, zeroblob(40000));
INSERT INTO rotation VALUES ('first-line', 'alice');
INSERT INTO away VALUES ('bob', '2026-12-24');
INSERT INTO judgement VALUES (1, 1, 'abc', 900000, 0, 1);
INSERT INTO incident VALUES (1, '{"weights":{"printer":1}}', 1200000, 0, '', '');
INSERT INTO report VALUES (1, 1, 0);
INSERT INTO suppression VALUES ('ben@example.net', 'Ben@example.net', 'bounce', '550 no such user', 1, 1000000, 9000000);
INSERT INTO storm VALUES ('foreign-reports', 3600000000, 3, NULL);
INSERT INTO mailbox VALUES (1, 'support', 'INBOX', 7, 12, '', 0, 1, 0, 1, 0, 'ok', '', 1000000, 1000000);
INSERT INTO mailbox_uid VALUES (1, 7, 13, 'done', 1, '', 2, 1500000);
INSERT INTO fetched VALUES (2, 1, 7, 13, 1500000, 0, 0);
