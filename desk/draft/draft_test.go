package draft_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/draft"
	"maildesk/store"
	"maildesk/ticket"
)

// TestDraftIsLikeTheStore makes random changes on a draft over one store and, the
// same, in a transaction of another one: after each both answer alike, and so do
// the stores once the draft's plan is committed.
func TestDraftIsLikeTheStore(t *testing.T) {
	made := map[string]int{} // how often each change was made and succeeded
	for seed := range uint64(8) {
		w := newWorld(t, seed)
		for range 35 {
			w.sequence(t, made)
			if t.Failed() {
				t.Fatalf("seed %d: %s", seed, strings.Join(w.story, "; "))
			}
		}
	}
	// All of what a draft can change, but nothing that only a Tx can.
	for name := range methodsBeyond(reflect.TypeFor[ticket.Draft](), reflect.TypeFor[ticket.Reader]()) {
		if made[name] < 3 {
			t.Errorf("%s was made %d times", name, made[name])
		}
	}
}

// TestEveryQuestionIsAsked: no method of a Reader is forgotten by the test above.
func TestEveryQuestionIsAsked(t *testing.T) {
	w := newWorld(t, 1)
	for i := 0; i < 20 || len(w.people) == 0; i++ {
		w.sequence(t, map[string]int{})
	}
	asked := map[string]bool{
		"Moment": true, "NextNumber": true, // not about what is kept
		"Raw": true, "Mailboxes": true, "Mailbox": true, "MailboxUIDs": true, "MailboxUID": true, "Fetched": true, "Imported": true,
		"FindFingerprint": true, "FirstOf": true, "LostMails": true, "ErasedMails": true, "Erasures": true, "Authentication": true, // no decision changes them
		"EventsOfAll": true, "EventsAfter": true, "RatedSince": true, "AuditedSince": true, "Similar": true, // they read what is committed
	}
	for _, q := range slices.Concat(w.questions(w.tickets), w.committed(), w.searched()) {
		asked[q.method] = true
	}
	for name := range methodsBeyond(reflect.TypeFor[ticket.Reader](), nil) {
		if !asked[name] {
			t.Errorf("%s is not asked", name)
		}
	}
}

func methodsBeyond(of, base reflect.Type) map[string]bool {
	names := map[string]bool{}
	for m := range of.Methods() {
		names[m.Name] = true
	}
	if base != nil {
		for m := range base.Methods() {
			delete(names, m.Name)
		}
	}
	return names
}

// TestUnseen: what counts everything is refused once a draft has changes, and is
// that of the snapshot before.
func TestUnseen(t *testing.T) {
	w := newWorld(t, 2)
	err := w.a.View(t.Context(), func(r ticket.Reader) error {
		d := draft.New(r, new(draft.Numbers))
		for _, q := range w.committed() {
			if got, want := answer(d, q), answer(r, q); got != want {
				t.Errorf("%s of a fresh draft is %s, want %s", q.method, got, want)
			}
		}
		if err := d.Dispose(w.mails[0], ticket.DispositionSpam, "spam", 0, noon); err != nil {
			return err
		}
		for _, q := range w.committed() {
			if _, err := q.ask(d); err == nil {
				t.Errorf("%s answers though the draft has changes", q.method)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNumbers: a decision that is made again gets the numbers that it got, and
// what it does not need goes back.
func TestNumbers(t *testing.T) {
	db := openStore(t)
	var numbers draft.Numbers
	insert := func(n int) (ids []ticket.ID) {
		err := db.View(t.Context(), func(r ticket.Reader) error {
			d := draft.New(r, &numbers)
			for range n {
				id, err := d.InsertTicket(ticket.Ticket{})
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	if got := insert(3); !slices.Equal(got, []ticket.ID{1, 2, 3}) {
		t.Errorf("the numbers are %v", got)
	}
	if got := insert(2); !slices.Equal(got, []ticket.ID{1, 2}) {
		t.Errorf("of the decision made again the numbers are %v", got)
	}
	numbers.GiveBack(db, false)
	numbers = draft.Numbers{}
	if got := insert(2); !slices.Equal(got, []ticket.ID{3, 4}) {
		t.Errorf("of the next decision the numbers are %v", got)
	}
	numbers.GiveBack(db, true)
	numbers = draft.Numbers{}
	if got := insert(1); !slices.Equal(got, []ticket.ID{3}) {
		t.Errorf("after a decision that failed the number is %v", got)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func openStore(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// world is two stores that hold the same, and what is known of them.
type world struct {
	*rand.Rand
	a, b *store.DB

	mails    []ticket.MailID
	aside    []ticket.MailID // that were put into quarantine at some time
	tickets  []ticket.ID
	people   []ticket.Participant
	outgoing []ticket.OutboxID
	last     int64 // number given
	now      time.Time
	story    []string
	retried  bool // a mail was put before others in this sequence
	judged   map[ticket.MailID]bool
	opened   map[ticket.ID]bool // by a mail that was judged
}

// newWorld returns two stores with some mails, which no decision makes.
func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{Rand: rand.New(rand.NewPCG(seed, 1)), a: openStore(t), b: openStore(t), now: noon, judged: map[ticket.MailID]bool{}, opened: map[ticket.ID]bool{}}
	for i := range 30 {
		raw := fmt.Appendf(nil, "Subject: %d\r\n\r\n", i)
		m := ticket.Mail{ReceivedAt: noon, MessageID: fmt.Sprintf("<%d@example.net>", i), Disposition: ticket.DispositionPending}
		m.Envelope.Source = ticket.SourceSMTP
		m.Fingerprint[0] = byte(i / 2) // each second one is a copy
		if i%5 == 0 {
			m.Envelope.Source, m.Envelope.Imported = ticket.SourceImport, &ticket.Imported{At: noon, Mark: fmt.Sprintf("mark %d", i%2)}
		}
		for _, db := range []*store.DB{w.a, w.b} {
			kept, _, err := db.Keep(t.Context(), ticket.First, m, raw)
			if err != nil {
				t.Fatal(err)
			}
			m.ID = kept.ID
		}
		w.mails = append(w.mails, m.ID)
	}
	return w
}

// sequence makes some changes on both, and compares.
func (w *world) sequence(t *testing.T, made map[string]int) {
	t.Helper()
	w.story, w.retried = nil, false
	w.now = w.now.Add(time.Minute)
	var p *ticket.Plan
	err := w.a.View(t.Context(), func(r ticket.Reader) error {
		d := draft.New(r, new(draft.Numbers))
		p = d.Plan()
		return w.b.Update(t.Context(), func(tx ticket.Tx) error {
			for range 3 + w.IntN(6) {
				s := w.step()
				w.story = append(w.story, s.method)
				got, gotErr := s.do(d)
				want, wantErr := s.do(tx)
				if g, w := outcome(got, gotErr), outcome(want, wantErr); g != w {
					t.Errorf("%s\nreturns %s (%v)\nwant    %s (%v)", s.method, g, gotErr, w, wantErr)
				}
				if wantErr == nil {
					made[s.method]++
				}
				all := w.questions(w.some())
				w.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				w.compare(t, d, tx, all[:len(all)/2]) // the others after another step
				if t.Failed() {
					break // the rest would only say the same
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.a.Commit(t.Context(), ticket.Soon, p); err != nil {
		t.Fatalf("Commit = %v\n%+v", err, p.Changes)
	}
	w.retried = false
	if err := w.a.View(t.Context(), func(a ticket.Reader) error {
		return w.b.View(t.Context(), func(b ticket.Reader) error {
			w.compare(t, a, b, slices.Concat(w.questions(w.tickets), w.committed(), w.searched()))
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// some returns the ticket made last and a few others.
func (w *world) some() []ticket.ID {
	if len(w.tickets) < 3 {
		return w.tickets
	}
	return []ticket.ID{w.tickets[len(w.tickets)-1], w.tickets[w.IntN(len(w.tickets))], w.tickets[w.IntN(len(w.tickets))]}
}

func (w *world) compare(t *testing.T, got, want ticket.Reader, questions []question) {
	t.Helper()
	for _, q := range questions {
		if g, w := w.normal(answer(got, q)), w.normal(answer(want, q)); g != w {
			t.Errorf("%s(%v)\nreturns %s\nwant    %s", q.method, q.of, g, w)
		}
	}
}

// question is a call of a method of a Reader.
type question struct {
	method string
	of     any
	ask    func(ticket.Reader) (any, error)
}

func answer(r ticket.Reader, q question) string { return outcome(q.ask(r)) }

func outcome(got any, err error) string {
	switch {
	case errors.Is(err, ticket.ErrNotFound):
		return "not found"
	case err != nil:
		return "an error"
	}
	return fmt.Sprintf("%+v", got)
}

// normal hides what a draft cannot know: where in the line a mail stands that was
// put before others in the same decision.
func (w *world) normal(answer string) string {
	if !w.retried {
		return answer
	}
	return nextAt.ReplaceAllString(priority.ReplaceAllString(answer, ""), "")
}
