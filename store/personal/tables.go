package personal

import (
	"slices"
	"strings"
)

// Holds is what a column may hold of a person. Every column of both databases has one:
// what shows, exports and erases a person's data goes by them, and a test fails for a new
// column of which nobody has decided.
type Holds string

// What columns hold.
const (
	Nothing Holds = "nothing" // numbers, times, words of closed sets, names of the configuration
	Digest  Holds = "digest"  // hashes and checksums, from which nothing can be read
	Words   Holds = "words"   // addresses, names or words of people
	Bytes   Holds = "bytes"   // bytes of a mail, or of a file in one
)

// Table is what a table holds of people.
type Table struct {
	Name    string
	Journal bool     // it is in the journal
	Key     []string // columns that name a row
	Columns map[string]Holds
}

// nothing returns columns that hold nothing of people, but those that are named in more.
func nothing(columns string, more map[string]Holds) map[string]Holds {
	all := map[string]Holds{}
	for c := range strings.FieldsSeq(columns) {
		all[c] = Nothing
	}
	for c, h := range more {
		all[c] = h
	}
	return all
}

// Tables has every table but those of the search index, which follow the entries
// and tickets.
var Tables = []Table{
	{Name: "ticket", Key: []string{"id"}, Columns: nothing(`id address status category kind priority queue level assignee language rules follows merged
		created_at updated_at resolved_at informed_at closed_at wake_at target due_first_response due_update due_resolution target_at round await_at plan_at`,
		map[string]Holds{"subject": Words, "requester": Words, "requester_key": Words, "name": Words, "tags": Words, "checksum": Digest})},
	{Name: "participant", Key: []string{"id"}, Columns: nothing(`id ticket role proven has_left`,
		map[string]Holds{"address": Words, "address_key": Words, "name": Words, "checksum": Digest})},
	{Name: "entry", Key: []string{"id"}, Columns: nothing(`id ticket mail kind at`,
		map[string]Holds{"author": Words, "name": Words, "subject": Words, "text": Words, "full_text": Words, "checksum": Digest})},
	{Name: "event", Key: []string{"id"}, Columns: nothing(`id ticket at kind number until mail other_mail other_ticket outgoing`,
		map[string]Holds{"actor": Words, "from_value": Words, "to_value": Words, "topic": Words, "reason": Words, "checksum": Digest})},
	{Name: "message_ref", Key: []string{"id"}, Columns: nothing(`id ticket mail participant own`,
		map[string]Holds{"message_id": Words, "checksum": Digest})},
	{Name: "outbox", Key: []string{"id"}, Columns: nothing(`id ticket participant cause cause_event template language priority state attempts next_at lease_owner
		created_at done_at last_code automatic size dropped_at held allowed_at standing`,
		map[string]Holds{"recipient": Words, "recipient_key": Words, "reverse_path": Words, "message_id": Words, "last_text": Words, "held_key": Words,
			"budget_mailbox": Words, "budget_domain": Words, "sha256": Digest, "checksum": Digest})},
	{Name: "outbox_bytes", Key: []string{"outbox"}, Columns: nothing(`outbox`, map[string]Holds{"bytes": Bytes})},
	{Name: "outbox_file", Key: []string{"id"}, Columns: nothing(`id`, map[string]Holds{"sha256": Digest, "bytes": Bytes})},
	{Name: "outbox_part", Key: []string{"outbox", "place"}, Columns: nothing(`outbox place file`, nil)},
	{Name: "attempt", Key: []string{"id"}, Columns: nothing(`id outbox at state next_at code`, map[string]Holds{"host": Words, "text": Words})},
	{Name: "handled", Key: []string{"mail"}, Columns: nothing(`mail disposition ticket attempts handled_at place`, map[string]Holds{"reason": Words})},
	{Name: "begun", Key: []string{"mail"}, Columns: nothing(`mail attempts`, nil)},
	{Name: "rotation", Key: []string{"queue"}, Columns: nothing(`queue agent`, nil)},
	{Name: "duty", Key: []string{"id"}, Columns: nothing(`id rota agent begins ends writer`, nil)},
	{Name: "invitation", Key: []string{"rota", "begins", "agent"}, Columns: nothing(`rota begins agent ends sequence state`, nil)},
	{Name: "away", Key: []string{"agent"}, Columns: nothing(`agent until`, nil)},
	{Name: "judgement", Key: []string{"mail"}, Columns: nothing(`mail ticket version loaded_at open_tickets all_tickets`, map[string]Holds{"learnt": Words})},
	{Name: "incident", Key: []string{"lead"}, Columns: nothing(`lead opened_at solved_at solver announcements`, // names of agents
		map[string]Holds{"signature": Words, "solution": Words})},
	{Name: "report", Key: []string{"ticket"}, Columns: nothing(`ticket incident told`, nil)},
	{Name: "suppression", Key: []string{"address_key", "cause"}, Columns: nothing(`cause strikes at until`,
		map[string]Holds{"address_key": Words, "address": Words, "detail": Words})},
	{Name: "wanted_language", Key: []string{"address"}, Columns: nothing(`language`, map[string]Holds{"address": Words})},
	{Name: "agent_address", Key: []string{"address"}, Columns: nothing(`agent`, map[string]Holds{"address": Words})},
	{Name: "article", Key: []string{"id"}, Columns: nothing(`id revision at writer mail state audience owner category ticket review created_at`,
		map[string]Holds{"slug": Words, "checksum": Digest})},
	{Name: "article_text", Key: []string{"id"}, Columns: nothing(`id article ticket language`, map[string]Holds{"title": Words, "body": Words, "checksum": Digest})},
	{Name: "article_reminded", Key: []string{"slug"}, Columns: nothing(`day`, map[string]Holds{"slug": Words})},
	{Name: "storm", Key: []string{"kind", "hour"}, Columns: nothing(`kind hour count ticket`, nil)},
	{Name: "trouble", Key: []string{"kind", "subject"}, Columns: nothing(`kind since over_at told hour mails`,
		map[string]Holds{"subject": Words, "text": Words, "mark": Words, "told_mark": Words})},
	{Name: "thanks", Key: []string{"ticket"}, Columns: nothing(`ticket agent mail`, nil)},
	{Name: "audit", Key: []string{"id"}, Columns: nothing(`id at kind actor ticket mail number event`, map[string]Holds{"said": Digest, "salt": Digest, "hash": Digest})},
	{Name: "erasure", Key: []string{"id"}, Columns: nothing(`id at actor done_at`, map[string]Holds{"digest": Digest})},
	{Name: "mailbox", Key: []string{"id"}, Columns: nothing(`id account name uid_validity low_water backlog backlog_to first_at passed_over taken recognised
		state since contact_at`, map[string]Holds{"reason": Words})},
	{Name: "mailbox_uid", Key: []string{"mailbox", "uid_validity", "uid"}, Columns: nothing(`mailbox uid_validity uid state attempts mail at`,
		map[string]Holds{"reason": Words})},

	{Name: "mail", Journal: true, Key: []string{"id"}, Columns: nothing(`id source unknown tls received_at size trusted duplicate_of attempts`,
		map[string]Holds{"reverse_path": Words, "forward_paths": Words, "client": Words, "helo": Words, "auth_user": Words, "message_id": Words,
			"sha256": Digest, "fingerprint": Digest, "checksum": Digest})},
	{Name: "mail_raw", Journal: true, Key: []string{"mail"}, Columns: nothing(`mail`, map[string]Holds{"raw": Bytes})},
	{Name: "fingerprint", Journal: true, Key: []string{"fingerprint"}, Columns: nothing(`mail seen_at`, map[string]Holds{"fingerprint": Digest})},
	{Name: "fetched", Journal: true, Key: []string{"mail"}, Columns: nothing(`mail mailbox uid_validity uid arrived_at relisted whole`, nil)},
	{Name: "imported", Journal: true, Key: []string{"mail"}, Columns: nothing(`mail at open mark`, nil)},
	{Name: "lost", Journal: true, Key: []string{"mail"}, Columns: nothing(`mail`, map[string]Holds{"reason": Words})},
	{Name: "erased", Journal: true, Key: []string{"mail"}, Columns: nothing(`mail how erasure`, nil)},
	{Name: "authentication", Journal: true, Key: []string{"id"}, Columns: nothing(`id at spf dkim dmarc policy`,
		map[string]Holds{"spf_domain": Words, "signatures": Words, "policy_at": Words, "signer": Words, "fault": Words, "checksum": Digest})},
}

// TableOf returns the table of a name; it panics where there is none.
func TableOf(name string) *Table {
	i := slices.IndexFunc(Tables, func(t Table) bool { return t.Name == name })
	return &Tables[i]
}
