package daemon

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// erasedFrom erases Ana from the data of a configuration with a daemon's log, and fails where
// any of the words is left, or any of what others wrote is not. It tries that on each engine.
func erasedFrom(t *testing.T, text string, words, kept []string, fn func(*testing.T, *Daemon)) {
	t.Parallel()
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := open(t, text)
			log := runWith(t, cfg, func(d *Daemon) { fn(t, d) })
			where := keepers(t, cfg)
			for _, word := range slices.Concat(words, kept) {
				if where(word) == nil {
					t.Errorf("nothing has %q before the erasure, that proves nothing", word)
				}
			}
			erasedEverywhere(t, cfg, log, words)
			where = keepers(t, cfg)
			for _, word := range kept {
				if where(word) == nil {
					t.Errorf("%q, which somebody else wrote, is gone", word)
				}
			}
		})
	}
}

// TestT158SharedTicket: somebody who asked beside others, on one ticket and on one that was merged
// into it, is gone; what the others wrote is not.
func TestT158SharedTicket(t *testing.T) {
	const hums = "The zyzzomat in my office hums since noon."
	erasedFrom(t, toldConfig, hers, []string{"next door as well", "noise on my floor", "we send somebody", "ben@example.com", "carl@example.com"}, func(t *testing.T, d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings(anas, "support@example.org", "Cc: Ben Bloom <ben@example.com>\nSubject: The zyzzomat hums in here\n\n"+hums+"\n\nAna Quillfeather\n")
		m.brings("Ben Bloom <ben@example.com>", "support@example.org", "Subject: Re: [Example IT #1] The zyzzomat hums in here\n\nI hear it next door as well.\n\nOn Monday Ana Quillfeather wrote:\n> "+hums+"\n")
		m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: Noise\n\nThere is a noise on my floor.\n")
		m.answers("alice@example.org", "#merge 1\n")
		m.answers("alice@example.org", "Hello all,\n\nwe send somebody, Ms Quillfeather.\n\n> "+hums+"\n")
		m.brings(anas, m.addressOf("ana@example.net"), "Subject: Re: The zyzzomat hums in here\n\nThe zyzzomat is quiet now, and I thank you.\n")
	})
	faulttest.Seen(t, "T158", "a requester of a ticket with another reader and a merged ticket of a third, whom they quote", "nothing of the one is left in data, backup and log; the others' words stand")
}

// TestT158Subjects: on tickets that others share nothing is left of the subjects of somebody's requests: of one
// that has their name, of one that begins as another of theirs, and of those that a request had before an
// agent gave it another, under which others go on.
func TestT158Subjects(t *testing.T) {
	const parting, access = "Ana Quillfeather: notice of xyloparting", "VPN-Zugang gluppert"
	words := append(slices.Clone(hers[:2]), "xyloparting", "gluppert")
	erasedFrom(t, toldConfig, words, []string{"i hear of it", "mine as well", "we see to it", "ben@example.com"}, func(t *testing.T, d *Daemon) {
		m := &mailer{t: t, d: d}
		const ben = "Ben Bloom <ben@example.com>"
		m.brings(anas, "support@example.org", "Subject: VPN\n\nDoes it need a card?\n")
		m.brings(anas, "support@example.org", "Cc: "+ben+"\nSubject: "+access+"\n\nSince noon.\n")
		m.brings(ben, "support@example.org", "Subject: Re: [Example IT #2] "+access+"\n\nMine as well.\n\n-----Original Message-----\nFrom: Ana Quillfeather\nSent: Monday, 23 November 2026 12:03\nTo: support@example.org\nSubject: "+access+"\n\nSince noon.\n")
		m.brings(anas, "support@example.org", "Cc: "+ben+"\nSubject: "+parting+"\n\nWhom do I tell?\n")
		m.brings(ben, "support@example.org", "Subject: Re: [Example IT #3] "+parting+"\n\nI hear of it.\n")
		m.answers("alice@example.org", "#subject A case for the registry\n")
		m.answers("alice@example.org", "#subject A change of name\n\nHello,\n\nwe see to it.\n")
		m.brings(ben, "support@example.org", "Subject: Re: [Example IT #3] "+parting+"\n\nThank you, also for what I hear.\n")
	})
	faulttest.Seen(t, "T158", "subjects with a name, that begin as another, and with an agent's in their place, on tickets with another reader", "no word of theirs is left in data, backup and log; the other's words stand")
}

// TestT158FormerAgent: of somebody who was an agent, with answers, log-ins at the page, invitations
// and a calendar of shifts, no address and no name that people read is left. The short name of the configuration
// stays where it says who did something.
func TestT158FormerAgent(t *testing.T) {
	folder := t.TempDir()
	feed := filepath.Join(folder, "nights.ics")
	const agent = "[[agent]]\nname = \"ana\"\ndisplay = \"Ana Quillfeather\"\nmail = [\"ana@example.net\"]\n"
	rota := "[[rota]]\nname = \"nights\"\nqueues = [\"first-line\"]\ninvite = true\nfeed = '" + feed + "'\n[[rota.layer]]\nagents = [\"ana\"]\nstart = \"2026-11-23\"\n[web]\nlisten = \"127.0.0.1:0\"\n"
	was := strings.Replace(toldConfig, `agents = ["alice"]`, `agents = ["alice", "ana"]`, 1) + agent + rota
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, was)
	log := runWith(t, loaded(t, path), func(d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: Noise\n\nThere is a noise on my floor.\n")
		m.answersAs(anas, "ana@example.net", "Hello,\n\nthe zyzzomat is to blame, as I said.\n\nAna Quillfeather\n")
		logsIn(t, d, "ana@example.net")
		m.wait("an invitation", func(r ticket.Reader) bool { return m.sent(r, "ana@example.net", "METHOD:REQUEST") != "" })
	})
	if text, err := os.ReadFile(feed); err != nil || !strings.Contains(string(text), "Ana Quillfeather") {
		t.Errorf("the calendar of shifts is\n%s, %v", text, err)
	}
	writeConfig(t, path, toldConfig+strings.Replace(rota, `"ana"`, `"alice"`, 1))
	cfg := loaded(t, path)
	runWith(t, cfg, func(d *Daemon) {
		(&mailer{t: t, d: d}).wait("a calendar without her", func(ticket.Reader) bool {
			text, err := os.ReadFile(feed)
			return err == nil && strings.Contains(string(text), "alice") && !strings.Contains(string(text), "Quillfeather")
		})
	})
	eraseTest(t, cfg)
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := Backup(t.Context(), cfg, backup, BackupOptions{}); err != nil {
		t.Fatal(err)
	}
	gone(t, cfg, backup, log, hers[:2])
	faulttest.Seen(t, "T158", "a former agent with answers, a log-in at the page, invitations and a calendar of shifts", "address and full name in no file, no backup, no log")
}

// TestT158FormerAgentLoggedIn: of a former agent who had logged in to send, and in whose name a command of the program
// wrote, no address is left, neither in the journal nor in the kept copy of a configuration that had them. A
// command's mail is still known as one.
func TestT158FormerAgentLoggedIn(t *testing.T) {
	t.Parallel()
	const agent = "[[agent]]\nname = \"ana\"\ndisplay = \"Ana Quillfeather\"\nmail = [\"ana@example.net\"]\n"
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			was := open(t, strings.Replace(toldConfig, `agents = ["alice"]`, `agents = ["alice", "ana"]`, 1)+agent)
			log := runWith(t, was, func(d *Daemon) {
				m := &mailer{t: t, d: d}
				m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: Noise\n\nThere is a noise on my floor.\n")
				to := m.addressOf("ana@example.net")
				env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{to}, Client: "203.0.113.9", AuthUser: "ana"}
				id := must(d.local.Desk.Accept(t.Context(), env, []byte("From: "+anas+"\r\nTo: "+to+"\r\nMessage-ID: <l@example.net>\r\nSubject: Re: [Example IT #1] It\r\n\r\nI see to it.\r\n")))
				m.wait("the mail", func(r ticket.Reader) bool {
					k, err := r.Mail(id)
					return err == nil && k.Disposition == ticket.DispositionAppended && k.Envelope.AuthUser == "ana@example.net"
				})
				ana, _ := d.local.Desk.Settings().AgentNamed("ana")
				if k, err := d.local.Desk.Command(t.Context(), ana, 1, "#note\nIt is the fan.\n", "root at the console"); err != nil || k.Disposition != ticket.DispositionAppended {
					t.Fatalf("a command in her name is %s (%s), %v", k.Disposition, k.Reason, err)
				}
			})
			writeConfig(t, was.Path, toldConfig)
			cfg := loaded(t, was.Path)
			cfg.Desk.Database = was.Desk.Database
			if holding(t, cfg.Desk.Data, "quillfeather") == nil {
				t.Error("no copy of the configuration has her, that proves nothing")
			}
			erasedEverywhere(t, cfg, log, hers[:2])
			work(t, cfg, func(d *desk.Desk) {
				err := d.View(t.Context(), func(r ticket.Reader) error {
					sent, err := r.Mail(2)
					typed, err2 := r.Mail(3)
					if sent.Envelope.AuthUser != "erased-1@erased.invalid" || !typed.Envelope.Console() || typed.Envelope.AuthUser != sent.Envelope.AuthUser {
						t.Errorf("who had logged in became %q, and a command's %+v", sent.Envelope.AuthUser, typed.Envelope)
					}
					return errors.Join(err, err2)
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
	faulttest.Seen(t, "T158", "a former agent who had logged in to send, and in whose name a command wrote, in two engines", "address and full name in no file, no backup, no log; check --data holds")
}

// wait waits until something holds of the data.
func (m *mailer) wait(what string, holds func(ticket.Reader) bool) {
	m.t.Helper()
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		done := false
		if err := m.d.local.Desk.View(m.t.Context(), func(r ticket.Reader) error { done = holds(r); return nil }); err != nil {
			m.t.Fatal(err)
		}
		if done {
			return
		}
		if time.Since(begun) > time.Minute {
			m.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// sent returns the bytes of an outgoing mail to somebody in which a text stands; empty: there
// is none.
func (m *mailer) sent(r ticket.Reader, to, text string) string {
	all, err := r.OutboxOf(0)
	for _, one := range all {
		if one.Recipient != to || err != nil {
			continue
		}
		if one, err = r.OutboxMail(one.ID); err == nil && strings.Contains(string(one.Bytes), text) {
			return string(one.Bytes)
		}
	}
	return ""
}

var loginPath = regexp.MustCompile(`/login/[A-Z0-9]+`)

// logsIn lets an agent log in at the page of a daemon, after somebody else failed.
func logsIn(t *testing.T, d *Daemon, address string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client, page := http.Client{Jar: jar}, "http://"+d.WebAddr().String()
	post := func(path string, form url.Values) int {
		t.Helper()
		resp, err := client.PostForm(page+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	post("/login", url.Values{"address": {address}})
	link, m := "", &mailer{t: t, d: d}
	m.wait("a link to log in", func(r ticket.Reader) bool {
		link = loginPath.FindString(m.sent(r, address, "/login/"))
		return link != ""
	})
	if code := post("/login/NOLINK", nil); code != http.StatusForbidden {
		t.Errorf("a link that is none answers %d", code)
	}
	if code := post(link, nil); code != http.StatusOK {
		t.Errorf("the link answers %d", code)
	}
	fmt.Fprintln(t.Output(), "logged in", address)
}
