package imappoll

import (
	"bytes"
	"context"
	"testing"
	"time"

	"maildesk/store"
	"maildesk/ticket"
)

// counting keeps as which mails each place of a mailbox was taken.
type counting struct {
	*world
	taken map[ticket.Place]map[ticket.MailID]bool
	bytes map[ticket.MailID][]byte
}

func (c *counting) AcceptFetched(ctx context.Context, f ticket.Fetched, address string, history bool, raw []byte) (ticket.MailID, error) {
	id, err := c.world.AcceptFetched(ctx, f, address, history, raw)
	if err == nil {
		if c.taken[f.Place] == nil {
			c.taken[f.Place] = map[ticket.MailID]bool{}
		}
		c.taken[f.Place][id], c.bytes[id] = true, raw
	}
	return id, err
}

// FuzzAnswers: whatever a server says in the place of its n-th answer, of which the first is its greeting, the pass ends; and when it
// answers again as servers do, no mail is kept twice, and what is kept has the bytes that it sent.
func FuzzAnswers(f *testing.F) {
	for n := range 8 {
		f.Add(n, "TAG OK\r\n")
		f.Add(n, "TAG NO [ALERT] x\r\n")
		f.Add(n, "* BYE\r\nCUT")
	}
	f.Add(99, "is never said")
	f.Add(0, "* PREAUTH [CAPABILITY IMAP4rev1] x\r\n")
	for n := range 6 {
		f.Add(3+n, "* SEARCH 5 5 4294967295 0\r\nTAG OK\r\n")
		f.Add(3+n, "* 1 FETCH (UID 5 RFC822.SIZE 3 BODY[] {3}\r\nabc)\r\n* 1 FETCH (UID 5 BODY[] {3}\r\ndef)\r\nTAG OK\r\n")
		f.Add(3+n, "* 1 FETCH (UID 6 FLAGS () RFC822.SIZE -1 INTERNALDATE \"x\")\r\nTAG OK\r\n")
		f.Add(3+n, "* 1 EXISTS\r\n* OK [UIDVALIDITY 2] x\r\n* OK [UIDNEXT 6] x\r\nTAG OK\r\n")
		f.Add(3+n, "* 1 FETCH (UID 5 BODY[] {99}\r\nabcCUT")
	}
	f.Fuzz(func(t *testing.T, n int, answer string) {
		asked := 0
		bad := startHostile(t, map[string]func(string) string{"": func(command string) string {
			if asked++; asked == n {
				return answer
			}
			return usual(command)
		}})
		if n == 0 {
			bad.greeting = answer
		}
		w := openWorld(t, store.Options{})
		c := &counting{w, map[ticket.Place]map[ticket.MailID]bool{}, map[ticket.MailID][]byte{}}
		for _, h := range []*hostile{bad, startHostile(t, nil), startHostile(t, nil)} {
			b := box(h.addr, support)
			b.All, b.left = true, func() time.Duration { return time.Hour }
			if h == bad {
				b.patience = 50 * time.Millisecond
			}
			start := time.Now()
			onePass(t.Context(), &fetcher{desk: c, ledger: ledger{w.db, w.log()}, cfg: b, limit: 1 << 20, log: w.log()})
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("a pass took %s", took)
			}
		}
		bad.mu.Lock()
		defer bad.mu.Unlock()
		if asked < n && len(c.taken) != 1 {
			t.Errorf("%d mails are kept of a server that answered as it should", len(c.taken))
		}
		for place, ids := range c.taken {
			if len(ids) != 1 {
				t.Errorf("%+v was kept as %d mails", place, len(ids))
			}
		}
		for id, raw := range c.bytes {
			if whole := bytes.Equal(raw, []byte(oneMail)); !whole && !bytes.Contains([]byte(answer), raw) {
				t.Errorf("mail %d is %q, which nobody sent", id, raw)
			}
		}
	})
}

// onePass connects, logs in and makes a pass, as connected does, and lets a panic be one.
func onePass(ctx context.Context, f *fetcher) {
	var err error
	if f.box, err = f.ledger.open(ctx, f.cfg.Account, f.cfg.Name); err != nil {
		return
	}
	s, err := dial(ctx, f.cfg, func() {})
	if err != nil {
		return
	}
	defer s.close()
	if s.login(ctx, f.cfg, nil) == nil {
		f.pass(ctx, s)
	}
}
