package store

import (
	"errors"
	"testing"
	"time"

	"maildesk/ticket"
)

// shelf is a store with a ticket and something of everything on it.
type shelf struct {
	*DB
	ticket, other ticket.ID
	person        ticket.Participant
	mails         []ticket.MailID // pending, but for the last: it is in quarantine
	out, held     ticket.OutboxID
}

func fillShelf(t *testing.T, db *DB) shelf {
	s := shelf{DB: db}
	for _, name := range []string{"a", "b", "aside"} {
		m, raw := testMail(name)
		kept, _, err := s.Keep(t.Context(), ticket.First, m, raw)
		if err != nil {
			t.Fatal(err)
		}
		s.mails = append(s.mails, kept.ID)
	}
	update(t, s, func(tx ticket.Tx) (err error) {
		fail := func(e error) { err = errors.Join(err, e) }
		var e error
		s.ticket, e = tx.InsertTicket(testTicket("printer"))
		fail(e)
		other := testTicket("other")
		other.Requester = "ben@example.net"
		s.other, e = tx.InsertTicket(other)
		fail(e)
		s.person, e = tx.AddParticipant(ticket.Participant{Ticket: s.ticket, Address: "ana@example.net", Role: ticket.RoleRequester})
		fail(e)
		fail(tx.Dispose(s.mails[2], ticket.DispositionQuarantined, "odd", 0, noon))
		s.out, e = tx.AddOutbox(s.outgoing("one"))
		fail(e)
		held := s.outgoing("two")
		held.Held, held.HeldKey, held.AllowedAt = "budget", "ana@example.net", time.Time{}
		s.held, e = tx.AddOutbox(held)
		fail(e)
		fail(tx.SaveIncident(ticket.Incident{Lead: s.ticket, OpenedAt: noon}))
		fail(tx.SetReport(s.ticket, s.ticket, false))
		fail(tx.SetSuppression(ticket.Suppression{Address: "ana@example.net", Cause: ticket.CauseHand}))
		fail(tx.AddThanks(s.ticket, "alice", s.mails[0]))
		_, e = tx.CountStorm("bounces", noon)
		fail(e)
		return err
	})
	return s
}

func (s shelf) outgoing(template string) ticket.OutboxMail {
	return ticket.OutboxMail{
		Ticket: s.ticket, Participant: s.person.ID, Template: template, Recipient: "ana@example.net", CreatedAt: noon, Bytes: []byte("x"),
		Automatic: true, AllowedAt: noon, BudgetMailbox: "ana@example.net", BudgetDomain: "example.net",
	}
}

// TestChangesOvertake: whoever relied on what somebody else has changed since is
// refused, and nobody else is. There is a row for each method that changes something.
func TestChangesOvertake(t *testing.T) {
	both(t, func(t *testing.T, db *DB) { changesOvertake(t, fillShelf(t, db)) })
}

func changesOvertake(t *testing.T, s shelf) {
	key := func(of ticket.Subject, id any, text string) ticket.Key {
		k := ticket.Key{Of: of, Text: text}
		switch id := id.(type) {
		case ticket.ID:
			k.ID = int64(id)
		case ticket.MailID:
			k.ID = int64(id)
		case ticket.OutboxID:
			k.ID = int64(id)
		}
		return k
	}
	a, b := s.ticket, s.other
	ofOutbox := func(id ticket.OutboxID) []ticket.Key {
		return []ticket.Key{key(ticket.OfOutgoing, id, ""), key(ticket.OfOutbox, a, ""), key(ticket.OfOutbox, 0, "")}
	}
	budgets := []ticket.Key{key(ticket.OfBudget, 0, "ana@example.net"), key(ticket.OfBudget, 0, "example.net"), key(ticket.OfBudget, 0, "")}
	ofHeld := []ticket.Key{key(ticket.OfHeld, 0, "ana@example.net"), key(ticket.OfHeld, 0, "")}
	all := func(parts ...[]ticket.Key) (keys []ticket.Key) {
		for _, p := range parts {
			keys = append(keys, p...)
		}
		return keys
	}
	got := func(_ any, err error) error { return err }
	changed := func(t ticket.Ticket, change func(*ticket.Ticket)) ticket.Ticket { change(&t); return t }
	row := ticket.Ticket{}
	view(t, s, func(r ticket.Reader) (err error) { row, err = r.Ticket(a); return err })

	for _, tt := range []struct {
		name     string
		change   func(ticket.Tx) error
		overtake []ticket.Key // who relied on any of them
		spare    []ticket.Key // but not on one of these
	}{
		{"InsertTicket", func(tx ticket.Tx) error {
			made := testTicket("new")
			made.ID, made.Assignee = 77, "alice"
			return got(tx.InsertTicket(made))
		}, []ticket.Key{key(ticket.OfTicket, ticket.ID(77), ""), key(ticket.OfRequests, 0, ""), key(ticket.OfRequester, 0, "ana@example.net"), key(ticket.OfAssignees, 0, "")},
			[]ticket.Key{key(ticket.OfTicket, a, ""), key(ticket.OfRequester, 0, "ben@example.net"), key(ticket.OfRotation, 0, "first-line")}},
		{"UpdateTicket", func(tx ticket.Tx) error { return tx.UpdateTicket(row) },
			[]ticket.Key{key(ticket.OfTicket, a, ""), key(ticket.OfRequester, 0, "ana@example.net")},
			[]ticket.Key{key(ticket.OfTicket, b, ""), key(ticket.OfAssignees, 0, ""), key(ticket.OfPeople, a, ""), key(ticket.OfRequests, 0, "")}},
		{"UpdateTicket, assigned", func(tx ticket.Tx) error {
			return tx.UpdateTicket(changed(row, func(t *ticket.Ticket) { t.Assignee = "bob" }))
		}, []ticket.Key{key(ticket.OfAssignees, 0, "")}, nil},
		{"UpdateTicket, status", func(tx ticket.Tx) error {
			return tx.UpdateTicket(changed(row, func(t *ticket.Ticket) { t.Status = ticket.StatusOpen }))
		}, []ticket.Key{key(ticket.OfAssignees, 0, "")}, nil},
		{"UpdateTicket, requester", func(tx ticket.Tx) error {
			return tx.UpdateTicket(changed(row, func(t *ticket.Ticket) { t.Requester = "Carl@example.net" }))
		}, []ticket.Key{key(ticket.OfRequester, 0, "ana@example.net"), key(ticket.OfRequester, 0, "carl@example.net")}, []ticket.Key{key(ticket.OfRequester, 0, "ben@example.net")}},
		{"Overtake", func(tx ticket.Tx) error { return tx.Overtake(99) },
			[]ticket.Key{key(ticket.OfTicket, ticket.ID(99), "")}, []ticket.Key{key(ticket.OfTicket, a, ""), key(ticket.OfRequests, 0, "")}},
		{"AddParticipant", func(tx ticket.Tx) error {
			return got(tx.AddParticipant(ticket.Participant{Ticket: a, Address: "carl@example.net", Role: ticket.RoleParticipant}))
		}, []ticket.Key{key(ticket.OfPeople, a, ""), key(ticket.OfPeople, 0, "carl@example.net")}, []ticket.Key{key(ticket.OfPeople, b, ""), key(ticket.OfTicket, a, "")}},
		{"SetProven", func(tx ticket.Tx) error { return tx.SetProven(s.person.ID) },
			[]ticket.Key{key(ticket.OfPeople, a, "")}, []ticket.Key{key(ticket.OfPeople, b, "")}},
		{"SetLeft", func(tx ticket.Tx) error { return tx.SetLeft(s.person.ID, true) },
			[]ticket.Key{key(ticket.OfPeople, a, "")}, []ticket.Key{key(ticket.OfPeople, b, "")}},
		{"AddEntry", func(tx ticket.Tx) error {
			return got(tx.AddEntry(ticket.Entry{Ticket: a, Kind: ticket.EntryNote, At: noon}))
		}, []ticket.Key{key(ticket.OfEntries, a, "")}, []ticket.Key{key(ticket.OfEntries, b, ""), key(ticket.OfEvents, a, "")}},
		{"AddEvent", func(tx ticket.Tx) error {
			return got(tx.AddEvent(ticket.Event{Ticket: a, Kind: ticket.EventThanked, At: noon}))
		}, []ticket.Key{key(ticket.OfEvents, a, "")}, []ticket.Key{key(ticket.OfEvents, b, ""), key(ticket.OfEntries, a, "")}},
		{"AddMessageRef", func(tx ticket.Tx) error { return tx.AddMessageRef(ticket.MessageRef{MessageID: "<1@x>", Ticket: a}) },
			[]ticket.Key{key(ticket.OfMessageID, 0, "<1@x>")}, []ticket.Key{key(ticket.OfMessageID, 0, "<2@x>")}},
		{"BeginAttempt", func(tx ticket.Tx) error { return got(tx.BeginAttempt(s.mails[0])) },
			[]ticket.Key{key(ticket.OfMail, s.mails[0], "")}, []ticket.Key{key(ticket.OfMail, s.mails[1], "")}},
		{"TakeBackAttempt", func(tx ticket.Tx) error { return tx.TakeBackAttempt(s.mails[0]) },
			[]ticket.Key{key(ticket.OfMail, s.mails[0], "")}, []ticket.Key{key(ticket.OfMail, s.mails[1], "")}},
		{"Dispose", func(tx ticket.Tx) error { return tx.Dispose(s.mails[0], ticket.DispositionSpam, "", 0, noon) },
			[]ticket.Key{key(ticket.OfMail, s.mails[0], "")}, []ticket.Key{key(ticket.OfMail, s.mails[1], "")}},
		{"Reconsider", func(tx ticket.Tx) error { return tx.Reconsider(s.mails[2]) },
			[]ticket.Key{key(ticket.OfMail, s.mails[2], "")}, []ticket.Key{key(ticket.OfMail, s.mails[1], "")}},
		{"AddJudgement", func(tx ticket.Tx) error {
			return tx.AddJudgement(ticket.Judgement{Mail: s.mails[0], Ticket: a})
		}, nil, []ticket.Key{key(ticket.OfMail, s.mails[0], ""), key(ticket.OfTicket, a, "")}},

		{"AddOutbox", func(tx ticket.Tx) error {
			m := s.outgoing("three")
			m.ID = 55
			return got(tx.AddOutbox(m))
		}, all(ofOutbox(55), budgets), all([]ticket.Key{key(ticket.OfOutbox, b, ""), key(ticket.OfOutgoing, s.out, "")}, ofHeld)},
		{"AddOutbox, held", func(tx ticket.Tx) error {
			m := s.outgoing("four")
			m.ID, m.Held, m.HeldKey, m.AllowedAt = 56, "budget", "ana@example.net", time.Time{}
			return got(tx.AddOutbox(m))
		}, all(ofOutbox(56), ofHeld), budgets},
		{"AddOutbox, no automatic one", func(tx ticket.Tx) error {
			m := s.outgoing("five")
			m.ID, m.Automatic, m.AllowedAt = 57, false, time.Time{}
			return got(tx.AddOutbox(m))
		}, ofOutbox(57), budgets},
		{"HoldOutbox", func(tx ticket.Tx) error { return tx.HoldOutbox(s.out, "budget", "ana@example.net", noon) },
			all(ofOutbox(s.out), ofHeld), []ticket.Key{key(ticket.OfHeld, 0, "ben@example.net"), key(ticket.OfOutgoing, s.held, "")}},
		{"AllowOutbox", func(tx ticket.Tx) error { return tx.AllowOutbox(s.out, noon) },
			all(ofOutbox(s.out), ofHeld, budgets), []ticket.Key{key(ticket.OfOutbox, b, "")}},
		{"HoldOutbox again", func(tx ticket.Tx) error { return tx.HoldOutbox(s.held, "budget", "example.net", noon) },
			all(ofOutbox(s.held), ofHeld, []ticket.Key{key(ticket.OfHeld, 0, "example.net")}), nil},
		{"RetryOutbox of a held one", func(tx ticket.Tx) error { return tx.RetryOutbox(s.held, noon) },
			all(ofOutbox(s.held), []ticket.Key{key(ticket.OfHeld, 0, "example.net"), key(ticket.OfHeld, 0, "")}, budgets), []ticket.Key{key(ticket.OfOutbox, b, "")}},
		{"RetryOutbox before others", func(tx ticket.Tx) error { return tx.RetryOutbox(s.held, noon) },
			ofOutbox(s.out), nil},
		{"SetOutboxState", func(tx ticket.Tx) error { return tx.SetOutboxState(s.out, ticket.OutboxReady, noon) },
			ofOutbox(s.out), []ticket.Key{key(ticket.OfOutgoing, s.held, ""), key(ticket.OfOutbox, b, "")}},
		{"Attempted", func(tx ticket.Tx) error {
			return got(tx.Attempted(ticket.Attempt{Outbox: s.out, At: noon, State: ticket.OutboxSent}))
		}, ofOutbox(s.out), all([]ticket.Key{key(ticket.OfOutbox, b, "")})},
		{"CameBack", func(tx ticket.Tx) error {
			return tx.CameBack(ticket.Attempt{Outbox: s.out, At: noon, State: ticket.OutboxFailed})
		}, ofOutbox(s.out), []ticket.Key{key(ticket.OfOutbox, b, "")}},

		{"SaveIncident", func(tx ticket.Tx) error { return tx.SaveIncident(ticket.Incident{Lead: b, OpenedAt: noon}) },
			[]ticket.Key{key(ticket.OfIncidents, 0, "")}, []ticket.Key{key(ticket.OfReports, b, ""), key(ticket.OfReport, b, "")}},
		{"SetReport", func(tx ticket.Tx) error { return tx.SetReport(b, a, false) },
			[]ticket.Key{key(ticket.OfReport, b, ""), key(ticket.OfReports, a, "")}, []ticket.Key{key(ticket.OfReport, a, ""), key(ticket.OfIncidents, 0, "")}},
		{"SetReport of another", func(tx ticket.Tx) error { return tx.SetReport(b, b, false) },
			[]ticket.Key{key(ticket.OfReport, b, ""), key(ticket.OfReports, a, ""), key(ticket.OfReports, b, "")}, nil},
		{"SetReport of none", func(tx ticket.Tx) error { return tx.SetReport(b, 0, false) },
			[]ticket.Key{key(ticket.OfReport, b, ""), key(ticket.OfReports, b, "")}, []ticket.Key{key(ticket.OfReports, a, "")}},
		{"SetRotation", func(tx ticket.Tx) error { return tx.SetRotation("first-line", "bob") },
			[]ticket.Key{key(ticket.OfRotation, 0, "first-line")}, []ticket.Key{key(ticket.OfRotation, 0, "network"), key(ticket.OfAssignees, 0, "")}},
		{"SetAway", func(tx ticket.Tx) error { return tx.SetAway(ticket.Absence{Agent: "bob", Last: "2026-12-24"}) },
			[]ticket.Key{key(ticket.OfAway, 0, "")}, []ticket.Key{key(ticket.OfRotation, 0, "first-line")}},
		{"AddDuty", func(tx ticket.Tx) error {
			return tx.AddDuty(ticket.Duty{Rota: "nights", Agent: "bob", From: noon, Until: noon.Add(1)})
		},
			[]ticket.Key{key(ticket.OfDuty, 0, "")}, []ticket.Key{key(ticket.OfAway, 0, "")}},
		{"SetInvitation", func(tx ticket.Tx) error {
			return tx.SetInvitation(ticket.Invitation{Rota: "nights", Agent: "bob", From: noon, Until: noon.Add(1), State: ticket.Invited})
		},
			[]ticket.Key{key(ticket.OfInvitation, 0, "")}, []ticket.Key{key(ticket.OfDuty, 0, "")}},
		{"SetSuppression", func(tx ticket.Tx) error {
			return tx.SetSuppression(ticket.Suppression{Address: "Ben@example.net", Cause: ticket.CauseHand})
		}, []ticket.Key{key(ticket.OfSuppressions, 0, "ben@example.net"), key(ticket.OfSuppressions, 0, "")}, []ticket.Key{key(ticket.OfSuppressions, 0, "ana@example.net")}},
		{"RemoveSuppressions", func(tx ticket.Tx) error { return got(tx.RemoveSuppressions("Ana@example.net")) },
			[]ticket.Key{key(ticket.OfSuppressions, 0, "ana@example.net"), key(ticket.OfSuppressions, 0, "")}, []ticket.Key{key(ticket.OfSuppressions, 0, "ben@example.net")}},
		{"CountStorm", func(tx ticket.Tx) error { return got(tx.CountStorm("bounces", noon)) },
			[]ticket.Key{key(ticket.OfStorm, 0, "bounces")}, []ticket.Key{key(ticket.OfStorm, 0, "budget")}},
		{"SetStormTicket", func(tx ticket.Tx) error { return tx.SetStormTicket("bounces", noon, a) },
			[]ticket.Key{key(ticket.OfStorm, 0, "bounces")}, []ticket.Key{key(ticket.OfStorm, 0, "budget")}},
		{"AddThanks", func(tx ticket.Tx) error { return tx.AddThanks(b, "bob", s.mails[0]) },
			[]ticket.Key{key(ticket.OfThanks, 0, "bob")}, []ticket.Key{key(ticket.OfThanks, 0, "alice")}},
		{"AddThanks to another", func(tx ticket.Tx) error { return tx.AddThanks(b, "carol", s.mails[0]) },
			[]ticket.Key{key(ticket.OfThanks, 0, "bob"), key(ticket.OfThanks, 0, "carol")}, []ticket.Key{key(ticket.OfThanks, 0, "alice")}},
		{"TakeThanks", func(tx ticket.Tx) error { return got(tx.TakeThanks("alice", 5)) },
			[]ticket.Key{key(ticket.OfThanks, 0, "alice")}, []ticket.Key{key(ticket.OfThanks, 0, "bob")}},
		{"SaveTrouble", func(tx ticket.Tx) error {
			return tx.SaveTrouble(ticket.TroubleState{Trouble: ticket.Trouble{Kind: ticket.TroubleDisk, Subject: "x"}})
		}, []ticket.Key{key(ticket.OfTroubles, 0, "")}, []ticket.Key{key(ticket.OfStorm, 0, "bounces")}},
		{"DropTrouble", func(tx ticket.Tx) error { return tx.DropTrouble(ticket.TroubleDisk, "x") },
			[]ticket.Key{key(ticket.OfTroubles, 0, "")}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen ticket.Moment
			view(t, s, func(r ticket.Reader) error { seen = r.Moment(); return nil })
			update(t, s, tt.change)
			for _, k := range tt.overtake {
				if err := s.relying(t, seen, k, 0); !errors.Is(err, ticket.ErrOvertaken) {
					t.Errorf("a plan that relies on %s: %v, want it refused", k, err)
				}
			}
			for _, k := range tt.spare {
				if err := s.relying(t, seen, k, 0); err != nil {
					t.Errorf("a plan that relies on %s: %v", k, err)
				}
			}
		})
	}
}

// relying commits a plan that changes nothing and relies on one key.
func (s shelf) relying(t *testing.T, seen ticket.Moment, k ticket.Key, slack int) error {
	p := &ticket.Plan{Seen: seen}
	p.Rely(k, slack)
	return s.Commit(t.Context(), ticket.InTurn, p)
}

// TestBudgetsHaveSlack: a plan that is far below the limit of a budget does not mind
// what others let go, until they have let go so much that it matters.
func TestBudgetsHaveSlack(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		s := fillShelf(t, db)
		var seen ticket.Moment
		view(t, s, func(r ticket.Reader) error { seen = r.Moment(); return nil })
		k := ticket.Key{Of: ticket.OfBudget, Text: "example.net"}
		const remembered = 64 // changes of a budget
		for n := range remembered + 6 {
			for slack := range remembered + 6 {
				err := s.relying(t, seen, k, slack)
				matters := n > slack || slack >= remembered && n >= remembered // as far as is remembered
				if errors.Is(err, ticket.ErrOvertaken) != matters {
					t.Fatalf("after %d mails, with a slack of %d: %v", n, slack, err)
				}
			}
			update(t, s, func(tx ticket.Tx) error {
				m := s.outgoing("automatic")
				m.CauseEvent = int64(n)
				_, err := tx.AddOutbox(m)
				return err
			})
		}
	})
}

// TestCountsHaveSlack: a plan minds what others count as well when that reaches what it
// may not pass, and not at all where that makes no difference.
func TestCountsHaveSlack(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		s := fillShelf(t, db)
		var seen ticket.Moment
		view(t, s, func(r ticket.Reader) error { seen = r.Moment(); return nil })
		k := ticket.Key{Of: ticket.OfStorm, Text: "new in first"}
		for n := range 70 {
			for _, slack := range []int{0, 1, 2, 5, ticket.Whatever} {
				err := s.relying(t, seen, k, slack)
				if matters := n > slack; errors.Is(err, ticket.ErrOvertaken) != matters {
					t.Fatalf("after %d counts, with a slack of %d: %v", n, slack, err)
				}
			}
			update(t, s, func(tx ticket.Tx) error { _, err := tx.CountStorm("new in first", noon); return err })
		}
	})
}

// TestAnotherProcessOvertakes: on SQLite nobody knows what another process has changed, so all
// plans that are under way are refused, on PostgreSQL those that it concerns; those that are made afterwards are not.
func TestAnotherProcessOvertakes(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		s := shelf{DB: at.open(t, Options{})}
		other := at.open(t, Options{})
		var before ticket.Moment
		view(t, s, func(r ticket.Reader) error { before = r.Moment(); return nil })
		unrelated := ticket.Key{Of: ticket.OfTroubles}
		if err := s.relying(t, before, unrelated, 0); err != nil {
			t.Fatalf("a plan that nobody has overtaken: %v", err)
		}
		update(t, other, insert("from elsewhere"))
		if err := s.relying(t, before, ticket.Key{Of: ticket.OfRequests}, 0); !errors.Is(err, ticket.ErrOvertaken) {
			t.Errorf("a plan that another process's commit overtakes: %v, want it refused", err)
		}
		if err := s.relying(t, before, unrelated, 0); !errors.Is(err, either(s.DB, ticket.ErrOvertaken, nil)) {
			t.Errorf("a plan made before another process's commit, which does not concern it: %v", err)
		}
		update(t, s, insert("here")) // a snapshot knows from a commit on that it sees the other's
		var after ticket.Moment
		view(t, s, func(r ticket.Reader) error { after = r.Moment(); return nil })
		if err := s.relying(t, after, unrelated, 0); err != nil {
			t.Errorf("a plan made after it: %v", err)
		}
	})
}

// TestFirstSnapshotIsNotOvertaken: a plan made on a store that was only just opened
// holds.
func TestFirstSnapshotIsNotOvertaken(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		s := shelf{DB: db}
		var seen ticket.Moment
		view(t, s, func(r ticket.Reader) error { seen = r.Moment(); return nil })
		if err := s.relying(t, seen, ticket.Key{Of: ticket.OfTroubles}, 0); err != nil {
			t.Error(err)
		}
	})
}
