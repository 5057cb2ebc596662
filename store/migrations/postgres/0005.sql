-- What speaks against who a mail says it is from.
ALTER TABLE event DROP CONSTRAINT event_kind_check;
ALTER TABLE event ADD CONSTRAINT event_kind_check CHECK (kind IN ('created', 'follows', 'lost past', 'claims', 'onlooker', 'rule failed', 'quarantined',
	'dropped', 'not confirmed', 'foreign sender', 'mail to a reverse-path', 'copy', 'thanked', 'status', 'assigned', 'queue', 'category', 'priority',
	'level', 'language', 'requester', 'joined', 'accepted', 'left', 'escalated', 'returned', 'not escalated', 'woken', 'answered', 'refused', 'held',
	'released', 'replaced', 'passed on', 'not done', 'incident', 'incident led', 'incident solved', 'split', 'storm', 'merged', 'merged in', 'unmerged',
	'linked', 'split off', 'comes of', 'warned', 'breached', 'met', 'informed', 'never answered', 'not acknowledged', 'not sent', 'held back', 'let go',
	'budget spent', 'delayed', 'reported again', 'undeliverable', 'unproven report', 'suppressed', 'complaint', 'loop sign', 'loop suspected', 'retried',
	'cancelled', 'asked', 'vendor answered', 'vendor number', 'vendor late', 'approval asked', 'voted', 'approval', 'approval late', 'rated',
	'taken back', 'kind', 'tagged', 'untagged', 'subject', 'worked', 'planned', 'reminded', 'plan ended', 'erased', 'article', 'article sent',
	'article offered', 'article solved', 'suspect sender', 'other'));
