-- Mails of every kind in a database of schema 7: pending ones (i % 6 = 0 and 4) with
-- attempts, of machines, spam, in quarantine, and copies.
INSERT INTO mail (id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, duplicate_of, trusted, attempts, disposition, reason, ticket, handled_at)
	WITH RECURSIVE n (i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
	SELECT i, CASE i % 4 WHEN 0 THEN 'smtp' WHEN 1 THEN 'imap' WHEN 2 THEN 'pipe' ELSE 'import' END, 'ana' || i || '@example.net', i % 2, '["support@example.org"]',
		CASE i % 2 WHEN 0 THEN '192.0.2.1' ELSE '' END, 'mx' || i % 7, i % 2, CASE i % 5 WHEN 0 THEN 'bob' ELSE '' END, 1600000 + i, m.size, m.sha256,
		CAST(printf('%032d', i - (i % 6 = 5)) AS BLOB), '<' || i || '@example.net>', CASE i % 6 WHEN 5 THEN i - 1 END, i % 3 = 0,
		CASE i % 6 WHEN 0 THEN i % 4 WHEN 3 THEN 3 ELSE 1 END,
		CASE i % 6 WHEN 1 THEN 'machine' WHEN 2 THEN 'spam' WHEN 3 THEN 'quarantined' WHEN 5 THEN 'duplicate' ELSE 'pending' END,
		CASE WHEN i % 6 IN (0, 4) THEN '' ELSE 'reason ' || i END, CASE i % 6 WHEN 3 THEN 1 END, CASE WHEN i % 6 IN (0, 4) THEN 0 ELSE 2000000 + i END
	FROM n JOIN mail m ON m.id = 1;
INSERT INTO mail_raw SELECT id, (SELECT raw FROM mail_raw WHERE mail = 1) FROM mail WHERE id > 2;
INSERT INTO fingerprint SELECT fingerprint, min(id), max(received_at) FROM mail WHERE id > 2 GROUP BY fingerprint;
INSERT INTO fetched SELECT id, 1, 7, 100 + id, received_at, id % 2, CASE id % 9 WHEN 0 THEN 99 ELSE 0 END FROM mail WHERE source = 'imap' AND id > 2;
-- Schema 17
INSERT INTO imported SELECT id, received_at - 1000000, id % 2, CASE id % 3 WHEN 0 THEN '#' || id ELSE '' END FROM mail WHERE source = 'import';
UPDATE mail_raw SET raw = zeroblob(length(raw)) WHERE mail = 7;
INSERT INTO lost VALUES (7, 'its bytes in the journal are not those that came'), (1301, 'neither its row nor its bytes can be read');
UPDATE sqlite_sequence SET seq = 1301 WHERE name = 'mail';
