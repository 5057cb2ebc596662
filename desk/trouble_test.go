package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/settings"
	"maildesk/store"
	"maildesk/ticket"
)

const boss = "boss@example.org"

func withAdmin(s *settings.Settings) { s.Admin = boss }

// toAdmin returns the subjects of the mails to the admin, oldest first.
func (b *bench) toAdmin() (subjects []string) {
	b.t.Helper()
	for _, m := range b.sent(boss) {
		_, subject, _ := strings.Cut(strings.ReplaceAll(string(m.Bytes), "\r\n ", " "), "\r\nSubject: ")
		subject, _, _ = strings.Cut(subject, "\r\n")
		subjects = append(subjects, strings.TrimPrefix(subject, "[Example IT] "))
	}
	return subjects
}

func (b *bench) sent(to string) (mails []ticket.OutboxMail) {
	b.t.Helper()
	err := b.View(b.ctx, func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		for _, m := range all {
			if m.Recipient == to {
				full, e := r.OutboxMail(m.ID)
				err = errors.Join(err, e)
				mails = append(mails, full)
			}
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return mails
}

func (b *bench) standing() (all []string) {
	b.t.Helper()
	err := b.View(b.ctx, func(r ticket.Reader) error {
		c, err := r.Condition(time.Now())
		for _, s := range c.Troubles {
			all = append(all, string(s.Kind)+" "+s.Subject)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// step is one thing that happens to troubles; the wait comes before it.
type step struct {
	wait time.Duration
	do   func(*bench) error
}

func begins(subject, mark string) func(*bench) error {
	return func(b *bench) error {
		return b.Trouble(b.ctx, ticket.Trouble{Kind: ticket.TroubleMailbox, Subject: subject, Text: "it is gone", Mark: mark})
	}
}

func ends(subject string) func(*bench) error {
	return func(b *bench) error { return b.TroubleOver(b.ctx, ticket.TroubleMailbox, subject) }
}

func observed(subjects ...string) func(*bench) error {
	return func(b *bench) error {
		var all []ticket.Trouble
		for _, s := range subjects {
			all = append(all, ticket.Trouble{Subject: s, Text: "seen"})
		}
		return b.Observe(b.ctx, ticket.TroubleMailbox, all, "unknown")
	}
}

func clock(b *bench) error { _, err := b.Due(b.ctx, time.Now()); return err }

func TestTroubleIsToldOnceAndOnceWhenOver(t *testing.T) {
	many := func(n int, do func(i int) func(*bench) error) (steps []step) {
		for i := range n {
			steps = append(steps, step{0, do(i)})
		}
		return steps
	}
	tests := []struct {
		name     string
		steps    []step
		mails    []string
		standing []string
	}{
		{"begins and ends", []step{{0, begins("A", "")}, {0, begins("A", "")}, {time.Hour, begins("A", "")}, {0, ends("A")}, {0, ends("A")}}, []string{"A", "over: A"}, nil},
		{"stands", []step{{0, begins("A", "")}, {24 * time.Hour, begins("A", "")}, {0, clock}}, []string{"A"}, []string{"mailbox A"}},
		{"over without a beginning", []step{{0, ends("A")}}, nil, nil},
		{"two", []step{{0, begins("A", "")}, {0, begins("B", "")}, {0, ends("A")}}, []string{"A", "B", "over: A"}, []string{"mailbox B"}},
		{"grows worse", []step{{0, begins("A", "degraded")}, {0, begins("A", "down")}, {0, begins("A", "down")}}, []string{"A", "A"}, []string{"mailbox A"}},
		{"comes back", []step{{0, begins("A", "")}, {0, ends("A")}, {0, begins("A", "")}}, []string{"A", "over: A", "A"}, []string{"mailbox A"}},
		{"observed", []step{{0, observed("A", "unknown")}, {0, observed("A")}, {0, observed("B")}}, []string{"A", "unknown", "over: A", "B"}, []string{"mailbox B", "mailbox unknown"}},
		{"in one line", []step{{0, begins("A\r\nBcc: x@example.net", "")}}, []string{"A Bcc: x@example.net"}, []string{"mailbox A Bcc: x@example.net"}},
		{
			"comes and goes", slices.Concat(many(50, func(i int) func(*bench) error {
				if i%2 == 0 {
					return begins("A", "")
				}
				return ends("A")
			}), []step{{0, clock}, {time.Hour, begins("A", "")}, {0, clock}, {0, clock}}),
			[]string{"A", "over: A", "A", "over: A", "A", "over: A", "A"}, []string{"mailbox A"},
		},
		{"is over before there was room", slices.Concat(many(7, func(i int) func(*bench) error {
			if i%2 == 0 {
				return begins("A", "")
			}
			return ends("A")
		}), []step{{0, ends("A")}, {2 * time.Hour, clock}}), []string{"A", "over: A", "A", "over: A", "A", "over: A"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, withAdmin)
				for i, s := range tt.steps {
					time.Sleep(s.wait)
					if err := s.do(b); err != nil {
						t.Fatalf("step %d: %v", i, err)
					}
				}
				if got := b.toAdmin(); !slices.Equal(got, tt.mails) {
					t.Errorf("mails to the admin: %q, want %q", got, tt.mails)
				}
				if got := b.standing(); !slices.Equal(got, tt.standing) {
					t.Errorf("standing troubles: %q, want %q", got, tt.standing)
				}
			})
		})
	}
}

// TestTroublesAreBounded: many at once are told one after the other, and no
// more of a kind are kept than people can read.
func TestTroublesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withAdmin)
		for i := range 200 {
			if err := begins(fmt.Sprint("box ", i), "")(b); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(b.toAdmin()); got != 30 {
			t.Errorf("%d mails to the admin at once, want 30", got)
		}
		if got := len(b.standing()); got != 50 {
			t.Errorf("%d troubles stand, want 50", got)
		}
		for range 3 {
			time.Sleep(time.Hour)
			if err := clock(b); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(b.toAdmin()); got != 50 {
			t.Errorf("%d mails to the admin after hours, want one for each of 50", got)
		}
	})
}

// TestTroubleSurvivesARestart: a desk that starts again does not tell anew, and
// one that has an admin only now tells what still stands.
func TestTroubleSurvivesARestart(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, want := range [][]string{nil, {"A"}, {"A"}} {
		b := openOn(t, db, "Example IT", func(s *settings.Settings) {
			if i > 0 {
				s.Admin = boss
			}
		})
		if err := errors.Join(begins("A", "")(b), clock(b)); err != nil {
			t.Fatal(err)
		}
		if got := b.toAdmin(); !slices.Equal(got, want) {
			t.Errorf("start %d: mails to the admin: %q, want %q", i+1, got, want)
		}
	}
}

// TestTroubleOfTheAdminsOwnMail: a mail to the admin that fails makes no further mail.
func TestTroubleOfTheAdminsOwnMail(t *testing.T) {
	b := open(t, withAdmin)
	if err := begins("A", "")(b); err != nil {
		t.Fatal(err)
	}
	m := b.sent(boss)[0]
	if err := b.Outcome(b.ctx, ticket.Attempt{Outbox: m.ID, At: time.Now(), State: ticket.OutboxFailed, Host: "h", Code: 550, Text: "5.1.1 no such user"}); err != nil {
		t.Fatal(err)
	}
	if err := clock(b); err != nil {
		t.Fatal(err)
	}
	var all []ticket.OutboxMail
	if err := b.View(b.ctx, func(r ticket.Reader) (err error) { all, err = r.OutboxOf(0); return err }); err != nil || len(all) != 1 {
		t.Errorf("outbox after the failure: %d mails, %v; want the one that failed", len(all), err)
	}
}
