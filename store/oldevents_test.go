package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/laws"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// oldNoon is a time in sentences, which have no parts of seconds.
var oldNoon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// oldEvents are events as they stood in a store of schema 17, with the facts that
// they are.
var oldEvents = []struct {
	what, detail string
	want         ticket.Event
}{
	{"created", "queue network, level 2, by rule VPN, Printer", ticket.Event{Kind: ticket.EventCreated, To: "network", Number: 2, Reason: "VPN, Printer"}},
	{"created", "queue first-line, level 1", ticket.Event{Kind: ticket.EventCreated, To: "first-line", Number: 1}},
	{"status", "new → open", ticket.Event{Kind: ticket.EventStatus, From: "new", To: "open"}},
	{"assigned", "– → alice", ticket.Event{Kind: ticket.EventAssigned, To: "alice"}},
	{"assigned", "alice → –", ticket.Event{Kind: ticket.EventAssigned, From: "alice"}},
	{"queue", "first-line → network", ticket.Event{Kind: ticket.EventQueue, From: "first-line", To: "network"}},
	{"category", "– → network", ticket.Event{Kind: ticket.EventCategory, To: "network"}},
	{"priority", "normal → high", ticket.Event{Kind: ticket.EventPriority, From: "normal", To: "high"}},
	{"level", "1 → 2", ticket.Event{Kind: ticket.EventLevel, From: "1", To: "2"}},
	{"language", "– → fr", ticket.Event{Kind: ticket.EventLanguage, To: "fr"}},
	{"follows", "#17", ticket.Event{Kind: ticket.EventFollows, OtherTicket: 17}},
	{"lost past", "names #17 as it was in a time whose data were lost", ticket.Event{Kind: ticket.EventLost, OtherTicket: 17}},
	{"claims", "names #17, whose correspondence the sender is no part of", ticket.Event{Kind: ticket.EventClaims, OtherTicket: 17}},
	{"onlooker", "queue sales", ticket.Event{Kind: ticket.EventOnlooker, To: "sales"}},
	{"rule failed", `rule "third reader": index out of range`, ticket.Event{Kind: ticket.EventRuleFailed, Reason: `rule "third reader": index out of range`}},
	{"quarantined", "it killed the process three times", ticket.Event{Kind: ticket.EventQuarantined, Reason: "it killed the process three times"}},
	{"dropped", "nobody needs it", ticket.Event{Kind: ticket.EventDropped, Reason: "nobody needs it"}},
	{"not confirmed", "close: the mail names the ticket and shows no more", ticket.Event{Kind: ticket.EventQuestion, Topic: "close"}},
	{"foreign sender", "desk wrote to the reply address of another person", ticket.Event{Kind: ticket.EventForeign}},
	{"mail to a reverse-path", "it is about the acknowledgement to ana@example.net", ticket.Event{Kind: ticket.EventToBounces, Topic: "acknowledgement", To: "ana@example.net"}},
	{"copy", "an altered copy of mail 3, which came by another way", ticket.Event{Kind: ticket.EventCopy, OtherMail: 3}},
	{"thanked", "", ticket.Event{Kind: ticket.EventThanked}},

	{"escalated", "the cable → the wall", ticket.Event{Kind: ticket.EventEscalated, Reason: "the cable → the wall"}},
	{"returned", "mail 5", ticket.Event{Kind: ticket.EventReturned, Reason: "mail 5"}},
	{"not escalated", "more than 20 tickets are late at once", ticket.Event{Kind: ticket.EventNotEscalated, Number: 20}},
	{"not escalated", "the path ends here", ticket.Event{Kind: ticket.EventNotEscalated, Reason: "the path ends here"}},
	{"woken", "2026-11-23T08:00:00Z", ticket.Event{Kind: ticket.EventWoken, Until: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}},

	{"answered", "", ticket.Event{Kind: ticket.EventAnswered}},
	{"answered", "announced on #17", ticket.Event{Kind: ticket.EventAnswered, OtherTicket: 17}},
	{"refused", "a command was not understood; nothing was done", ticket.Event{Kind: ticket.EventRefused}},
	{"passed on", "somebody else's words, kept as a note", ticket.Event{Kind: ticket.EventPassedOn}},
	{"held", "a command may stand in it that is not on top", ticket.Event{Kind: ticket.EventHeld, Topic: "command"}},
	{"held", "text stands behind a command that takes none", ticket.Event{Kind: ticket.EventHeld, Topic: "behind"}},
	{"held", "its commands may be quoted words", ticket.Event{Kind: ticket.EventHeld, Topic: "unclear"}},
	{"held", "readers have no part in their language", ticket.Event{Kind: ticket.EventHeld, Topic: "parts"}},
	{"held", "what must stay inside stands in it", ticket.Event{Kind: ticket.EventHeld, Topic: "internal"}},
	{"held", "an answer in another language: de instead of fr", ticket.Event{Kind: ticket.EventHeld, Topic: "language", From: "fr", To: "de"}},
	{"released", "mail 7", ticket.Event{Kind: ticket.EventReleased, OtherMail: 7}},
	{"released", "the answer in another language", ticket.Event{Kind: ticket.EventReleased, Reason: "the answer in another language"}},
	{"replaced", "mail 7", ticket.Event{Kind: ticket.EventReplaced, OtherMail: 7}},
	{"not done", "forged-agent", ticket.Event{Kind: ticket.EventUndone, Reason: "forged-agent"}},

	{"incident", "reports the same as #17", ticket.Event{Kind: ticket.EventReports, OtherTicket: 17}},
	{"incident", "leads 5 reports", ticket.Event{Kind: ticket.EventLeads, Number: 5}},
	{"incident", "solved with #17", ticket.Event{Kind: ticket.EventSolved, OtherTicket: 17}},
	{"split", "does not belong to #17", ticket.Event{Kind: ticket.EventSplit, OtherTicket: 17}},
	{"storm", "100 delivery reports came within the hour that began at 2026-11-23 10:00 UTC about mails that this desk never sent. Somebody sends in its name. The reports are kept, nobody is answered, and no ticket is made of them.",
		ticket.Event{Kind: ticket.EventReported, Number: 100, Until: oldNoon.Add(-2 * time.Hour)}},

	{"warned", "first response, due 2026-11-23T12:30:00Z", ticket.Event{Kind: ticket.EventWarned, Topic: "first response", Until: oldNoon.Add(30 * time.Minute)}},
	{"breached", "next update, due 2026-11-23T12:30:00Z", ticket.Event{Kind: ticket.EventBreached, Topic: "next update", Until: oldNoon.Add(30 * time.Minute)}},
	{"breached", "resolution, due 2026-11-23T12:30:00Z, by a target that is new", ticket.Event{Kind: ticket.EventBreached, Topic: "resolution", Until: oldNoon.Add(30 * time.Minute), Reason: ticket.ReasonNewTarget}},
	{"met", "resolution", ticket.Event{Kind: ticket.EventMet, Topic: "resolution"}},

	{"informed", "ana@example.net", ticket.Event{Kind: ticket.EventInformed, To: "ana@example.net"}},
	{"informed", "there is nobody to tell", ticket.Event{Kind: ticket.EventInformed, Reason: "there is nobody to tell"}},
	{"never answered", "auto-submitted", ticket.Event{Kind: ticket.EventNeverAnswered, Reason: "auto-submitted"}},
	{"not acknowledged", "import", ticket.Event{Kind: ticket.EventNotAcknowledged, Reason: ticket.ReasonImport}},
	{"not acknowledged", "budget-hour; there was no room in time", ticket.Event{Kind: ticket.EventNotAcknowledged, Reason: "budget-hour; there was no room in time"}},
	{"not sent", "reply to ana@example.net: suppressed-hand", ticket.Event{Kind: ticket.EventNotSent, Topic: "reply", To: "ana@example.net", Reason: "suppressed-hand"}},
	{"not sent", `reply: the address "ana" has no domain`, ticket.Event{Kind: ticket.EventNotSent, Topic: "reply", Reason: `the address "ana" has no domain`}},
	{"not sent", "nobody can be written to", ticket.Event{Kind: ticket.EventNotSent, Reason: "nobody can be written to"}},
	{"held back", "acknowledgement to ana@example.net, the guard is asked again at 2026-11-23 12:30:01 UTC: budget-hour",
		ticket.Event{Kind: ticket.EventHeldBack, Topic: "acknowledgement", To: "ana@example.net", Until: oldNoon.Add(30*time.Minute + time.Second), Reason: "budget-hour"}},
	{"held back", "acknowledgement to ana@example.net, the guard is asked again at 2026-11-23 12:30:01 XYZT: budget-hour",
		ticket.Event{Kind: ticket.EventHeldBack, Reason: "acknowledgement to ana@example.net, the guard is asked again at 2026-11-23 12:30:01 XYZT: budget-hour"}},
	{"let go", "acknowledgement to ana@example.net", ticket.Event{Kind: ticket.EventLetGo, Topic: "acknowledgement", To: "ana@example.net"}},
	{"storm", "The desk has sent 300 automatic mails within an hour in all (acknowledgements_per_hour), the most it may to people whose mails prove nothing. New requests still become tickets; receipts and wordless notices wait until there is room.",
		ticket.Event{Kind: ticket.EventBudgetSpent, Number: 300, Reason: "budget-hour"}},
	{"storm", "The desk has sent 60 automatic mails within an hour to the domain example.net (acknowledgements_per_domain_hour), the most it may to people whose mails prove nothing. New requests still become tickets; receipts and wordless notices wait until there is room.",
		ticket.Event{Kind: ticket.EventBudgetSpent, Number: 60, To: "example.net", Reason: "budget-domain-hour"}},
	{"delayed", "reply to ana@example.net (outgoing mail 4) is late and goes on being tried: relay.example.com: no route to host",
		ticket.Event{Kind: ticket.EventDelayed, Topic: "reply", To: "ana@example.net", Outgoing: 4, Reason: "relay.example.com: no route to host"}},
	{"delayed", "reply to ana@example.net is late, says the remote: the mailbox is full (4.2.2)",
		ticket.Event{Kind: ticket.EventDelayed, Topic: "reply", To: "ana@example.net", From: ticket.FromReport, Reason: "the mailbox is full (4.2.2)"}},
	{"reported again", "ana@example.net", ticket.Event{Kind: ticket.EventReportedAgain, To: "ana@example.net"}},
	{"undeliverable", "The mail to ana@example.net (reply) could not be delivered: no such mailbox (5.1.1). The remote said: gone (since Monday)",
		ticket.Event{Kind: ticket.EventUndeliverable, Topic: "reply", To: "ana@example.net", Reason: "no such mailbox (5.1.1). The remote said: gone (since Monday)"}},
	{"unproven report", "outgoing mail 4, reply to ana@example.net, is late: no reason is given",
		ticket.Event{Kind: ticket.EventUnproven, From: "delayed", Topic: "reply", To: "ana@example.net", Outgoing: 4, Reason: "no reason is given"}},
	{"unproven report", "A report says that the reply to ana@example.net (outgoing mail 4) could not be delivered: no such mailbox (5.1.1). It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach ana@example.net another way; the admin can stop automatic mail there: maildesk suppressions add ana@example.net REASON",
		ticket.Event{Kind: ticket.EventUnproven, From: "failed", Topic: "reply", To: "ana@example.net", Outgoing: 4, Reason: "no such mailbox (5.1.1)"}},
	{"unproven report", "A report says that the reply to ana@example.net (outgoing mail 4) was called spam. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach ana@example.net another way; the admin can stop automatic mail there: maildesk suppressions add ana@example.net REASON",
		ticket.Event{Kind: ticket.EventUnproven, From: ticket.FromComplaint, Topic: "reply", To: "ana@example.net", Outgoing: 4}},
	{"suppressed", "automatic mail to ana@example.net until 2026-11-23 12:00 UTC: twice: no such mailbox",
		ticket.Event{Kind: ticket.EventSuppressed, To: "ana@example.net", Until: oldNoon, Reason: "twice: no such mailbox"}},
	{"complaint", "alice@example.org has called a mail of ours spam", ticket.Event{Kind: ticket.EventComplaint, To: "alice@example.org"}},
	{"complaint", "ana@example.net has marked a mail of ours (reply) as spam. Automatic mail to this address is suppressed until 2026-12-23. What you write yourself is still sent.",
		ticket.Event{Kind: ticket.EventComplaint, To: "ana@example.net", Topic: "reply", Until: time.Date(2026, 12, 23, 0, 0, 0, 0, time.UTC)}},
	{"loop sign", "quick-answers", ticket.Event{Kind: ticket.EventLoopSign, Reason: "quick-answers"}},
	{"loop suspected", "Loop suspected (receipts): mails from ana@example.net confirm receipt again and again, as a machine would that answers ours. Such mails are kept, but not answered for a day; everything else from there is.",
		ticket.Event{Kind: ticket.EventLoopSuspected, To: "ana@example.net", Reason: "receipts"}},
	{"loop suspected", "Loop suspected (quick): ana@example.net seems to answer our automatic mails by itself. It gets no automatic mail until 2026-11-23 12:00 UTC, but for notices that a matter is solved; its mails are still taken. To end this earlier: maildesk suppressions remove ana@example.net",
		ticket.Event{Kind: ticket.EventLoopSuspected, To: "ana@example.net", Until: oldNoon, Reason: "quick"}},
	{"retried", "outgoing mail 4, reply to ana@example.net", ticket.Event{Kind: ticket.EventRetried, Topic: "reply", To: "ana@example.net", Outgoing: 4}},
	{"cancelled", "outgoing mail 4, reply to ana@example.net: wrong: sent by hand",
		ticket.Event{Kind: ticket.EventCancelled, Topic: "reply", To: "ana@example.net", Outgoing: 4, Reason: "wrong: sent by hand"}},

	{"status", "it opened", ticket.Event{Kind: ticket.EventStatus, Reason: "it opened"}}, // none of these was ever written so
	{"held", "its writer sleeps", ticket.Event{Kind: ticket.EventHeld, Reason: "its writer sleeps"}},
	{"notified", "bob", ticket.Event{Kind: ticket.EventOther, Topic: "notified", Reason: "bob"}},
	{"other", "", ticket.Event{Kind: ticket.EventOther, Topic: "other"}},
}

// openSeventeenth makes a folder with a database of schema 17, the last one whose
// events were sentences, and fills its first ticket with events.
func openSeventeenth(t *testing.T) (folder string) {
	t.Helper()
	folder = openFirst(t)
	path := filepath.Join(folder, datafolder.File)
	db := sqlite.Open(path, sqlite.Writing)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := migrations.Run(t.Context(), conn, path, migrations.Tickets()[:17], true, nil); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		if _, err := conn.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("DELETE FROM event")
	for i, old := range oldEvents {
		exec(`INSERT INTO event (id, ticket, at, actor, what, detail, mail) VALUES ($1, 1, $2, 'desk', $3, $4, NULL)`, 100+i, sqlrow.Micros(noon), old.what, old.detail)
	}
	exec(`INSERT INTO event (id, ticket, at, actor, what, detail, mail) VALUES (501, 1, 1, 'desk', 'quarantined', 'odd', 1), (502, 1, 2, 'root', 'released', '', 1)`)
	exec(`UPDATE event SET checksum = rowsum(ticket, at, actor, what, detail, mail)`)
	exec(`INSERT INTO event (id, ticket, at, actor, what, detail, mail, checksum) VALUES (503, 1, 2, 'root', 'answered', '', 1, 5)`)
	exec(`UPDATE sqlite_sequence SET seq = 600 WHERE name = 'event'`)
	return folder
}

// TestOldEvents: each event of a store whose events were sentences has its facts,
// and reads as before.
func TestOldEvents(t *testing.T) {
	folder := openSeventeenth(t)
	db := openFolder(t, folder, Options{Exclusive: true})
	err := db.Update(t.Context(), func(tx ticket.Tx) error {
		events, err := tx.Events(1)
		if err != nil {
			return err
		}
		equal(t, "number of events", len(events), len(oldEvents)+3)
		for i, e := range events[:len(oldEvents)] {
			old := oldEvents[i]
			old.want.ID, old.want.Ticket, old.want.At, old.want.Actor = int64(100+i), 1, noon, "desk"
			equal(t, old.what+": "+old.detail, e, old.want)
			if e.Kind == ticket.EventOther {
				old.detail = strings.TrimSuffix(old.what+": "+old.detail, ": ")
			}
			equal(t, "words", wording.Of(e), old.detail)
		}
		equal(t, "the mail that was let out of quarantine", events[len(oldEvents)+1].OtherMail, ticket.MailID(1))
		id, err := tx.AddEvent(ticket.Event{Ticket: 1, At: noon, Kind: ticket.EventThanked})
		equal(t, "the next number", id, int64(601))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := tables.CheckSums(t.Context(), db.viewRows)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rows with another checksum", fmt.Sprint(problems), fmt.Sprint([]laws.Problem{{Law: "a row is as it was written", What: "event 503 has another checksum"}}))
}

// TestEventKinds: the schema allows the kinds of package ticket, all of them and no
// other.
func TestEventKinds(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		var opened ticket.ID
		update(t, db, func(tx ticket.Tx) (err error) {
			opened, err = tx.InsertTicket(ticket.Ticket{Subject: "Printer", Status: ticket.StatusNew, CreatedAt: noon, UpdatedAt: noon})
			return err
		})
		for _, kind := range ticket.EventKinds {
			update(t, db, func(tx ticket.Tx) error {
				_, err := tx.AddEvent(ticket.Event{Ticket: opened, At: noon, Kind: kind, Actor: ticket.ActorDesk})
				return err
			})
		}
		err := db.Update(t.Context(), func(tx ticket.Tx) error {
			_, err := tx.AddEvent(ticket.Event{Ticket: opened, At: noon, Kind: "notified", Actor: ticket.ActorDesk})
			return err
		})
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), "check constraint") {
			t.Errorf("an event of no known kind is kept: %v", err)
		}
		var text string
		err = db.readers.QueryRowContext(t.Context(), either(db, "SELECT sql FROM sqlite_schema WHERE name = 'event'", "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'event_kind_check'")).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		kinds := kindsIn(text)
		if db.server != nil {
			kinds = nil
			for _, word := range quoted.FindAllString(text, -1) {
				kinds = append(kinds, ticket.EventKind(strings.Trim(word, "'")))
			}
		}
		equal(t, "kinds of the schema", slices.Sorted(slices.Values(kinds)), slices.Sorted(slices.Values(ticket.EventKinds)))
	})
}

// TestOldEventsOfEachKind: the table of old events leaves out no kind that migration
// 0019 knows. Kinds of later migrations were never sentences.
func TestOldEventsOfEachKind(t *testing.T) {
	left := map[ticket.EventKind]bool{}
	for _, kind := range kindsIn(migrations.Tickets()[17]) {
		left[kind] = true
	}
	for _, e := range oldEvents {
		delete(left, e.want.Kind)
	}
	if len(left) > 0 {
		t.Errorf("no old event is one of %v", left)
	}
}

// kindsIn returns the kinds of events that a schema allows.
func kindsIn(schema string) (all []ticket.EventKind) {
	_, list, _ := strings.Cut(schema, "CHECK (kind IN (")
	list, _, _ = strings.Cut(list, "))")
	for kind := range strings.SplitSeq(list, ",") {
		all = append(all, ticket.EventKind(strings.Trim(kind, "' \n\t")))
	}
	return all
}
