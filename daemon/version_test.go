package daemon

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/config"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT151ReloadUnderLoad: each mail is judged by exactly one version of the
// rules, and its ticket keeps which one. Two rules of a version must agree.
func TestT151ReloadUnderLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	versions := map[string]string{} // tag → version
	put := func(n int) {
		tag := fmt.Sprintf("v%d", n)
		writeConfig(t, path, firstConfig+fmt.Sprintf("[[rule]]\nname = 'tag'\ntags = ['%s']\n[[rule]]\nname = '%s'\nkind = 'question'\n", tag, tag))
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		versions[tag] = cfg.Rules.Version()
	}
	put(0)
	d, _ := start(t, path)
	hup := reloading(t, d, path)
	const mails = 200
	ticker := time.NewTicker(10 * time.Millisecond) // 100 mails a second
	defer ticker.Stop()
	reloads := 0
	for i := range mails {
		<-ticker.C
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{"support@example.org"}}
		raw := fmt.Sprintf("From: ana@example.net\r\nTo: support@example.org\r\nSubject: Mail %d\r\nMessage-ID: <%d@example.net>\r\n\r\nHello\r\n", i, i)
		if _, err := d.Desk().Accept(t.Context(), env, []byte(raw)); err != nil {
			t.Fatal(err)
		}
		if i%10 == 9 {
			reloads++
			put(reloads)
			hup <- syscall.SIGHUP
		}
	}
	seen := map[string]int{} // version → tickets
	for _, opened := range ticketsOf(t, d, mails) {
		var j ticket.Judgement
		err := d.Desk().View(t.Context(), func(r ticket.Reader) (err error) {
			j, err = r.Judgement(opened.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tag := strings.Join(opened.Tags, " ")
		if want := versions[tag]; j.Version != want || want == "" || j.LoadedAt.IsZero() {
			t.Errorf("ticket %d with tags %q was judged by rules %q of %v, want %q", opened.ID, opened.Tags, j.Version, j.LoadedAt, want)
		}
		if got := strings.Join(opened.Rules, " "); got != "tag "+tag {
			t.Errorf("ticket %d with tag %s was judged by the rules %s: of two versions", opened.ID, tag, got)
		}
		seen[j.Version]++
	}
	if len(seen) < 5 {
		t.Errorf("only %d of %d versions judged mails", len(seen), reloads+1)
	}
	faulttest.Seen(t, "T151", fmt.Sprintf("%d mails at 100/s, %d reloads meanwhile", mails, reloads), "each judged by one version, kept with its ticket; %d versions judged", len(seen))
}

// ticketsOf waits until n mails are handled and returns the tickets.
func ticketsOf(t *testing.T, d *Daemon, n int) (tickets []ticket.Ticket) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		err := d.Desk().View(t.Context(), func(r ticket.Reader) (err error) {
			tickets, err = r.Tickets(ticket.Filter{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(tickets) == n {
			return tickets
		}
	}
	t.Fatalf("%d tickets after two minutes, want %d", len(tickets), n)
	return nil
}
