package imappoll

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/ticket"
)

// answers are what a server says to commands, by how they begin.
type answers = map[string]func(line string) string

// says returns an answer that is always the same.
func says(s string) func(string) string { return func(string) string { return s } }

// first answers once, then as usual.
func first(s string) func(string) string {
	asked := false
	return func(line string) string {
		if asked {
			return usual(line)
		}
		asked = true
		return s
	}
}

// bodies answers a FETCH of a body in its own way, other ones as usual.
func bodies(answer func(line string) string) answers {
	return answers{"UID FETCH": func(line string) string {
		if strings.Contains(line, "BODY") {
			return answer(line)
		}
		return usual(line)
	}}
}

// facts answers a FETCH of anything but bodies in its own way.
func factsAre(answer func(line string) string) answers {
	return answers{"UID FETCH": func(line string) string {
		if strings.Contains(line, "BODY") {
			return usual(line)
		}
		return answer(line)
	}}
}

var (
	now     = time.Now().Format("_2-Jan-2006 15:04:05 -0700")
	itsBody = fmt.Sprintf("* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\n", len(oneMail), oneMail)
	itsFact = fmt.Sprintf("* 1 FETCH (UID 5 FLAGS () RFC822.SIZE %d INTERNALDATE \"%s\")\r\n", len(oneMail), now)
	second  = strings.ReplaceAll(oneMail, "large", "other")
)

// able lets a server offer extensions, before the log-in and after it.
func able(before, after string) answers {
	loggedIn := false
	offer := func(string) string {
		if loggedIn {
			return "* CAPABILITY IMAP4rev1 " + after + "\r\nTAG OK\r\n"
		}
		return "* CAPABILITY IMAP4rev1 " + before + "\r\nTAG OK\r\n"
	}
	return answers{"CAPABILITY": offer, "LOGIN": func(string) string { loggedIn = true; return "TAG OK\r\n" }}
}

func both(some ...answers) answers {
	all := answers{}
	for _, a := range some {
		for key, f := range a {
			all[key] = f
		}
	}
	return all
}

// after lets a mailbox do something with mails that are taken.
func after(a After, folder string) func(*Mailbox) {
	return func(b *Mailbox) { b.After, b.Folder = a, folder }
}

// twoMails is a mailbox with the UIDs 5 and 6.
func twoMails(facts, body func(line string) string) answers {
	return answers{
		"SELECT": says("* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 7] x\r\nTAG OK\r\n"), "EXAMINE": says("* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 7] x\r\nTAG OK\r\n"),
		"UID SEARCH": says("* SEARCH 5 6\r\nTAG OK\r\n"),
		"UID FETCH": func(line string) string {
			if strings.Contains(line, "BODY") {
				return body(line)
			}
			return facts(line)
		},
	}
}

var (
	bothFacts = fmt.Sprintf("* 2 FETCH (UID 6 FLAGS () RFC822.SIZE %d INTERNALDATE \"%s\")\r\n", len(second), now) + itsFact
	bodyOf    = func(line string) string {
		if strings.HasPrefix(line, "UID FETCH 6 ") {
			return fmt.Sprintf("* 2 FETCH (UID 6 BODY[] {%d}\r\n%s)\r\nTAG OK\r\n", len(second), second)
		}
		return itsBody + "TAG OK\r\n"
	}
)

// TestOddServers: servers that are odd as real ones are. Each mail is taken once, and what
// cannot be done is said.
func TestOddServers(t *testing.T) {
	tests := []struct {
		name     string
		greeting string
		answers  answers
		box      func(*Mailbox)
		mails    int64               // 0: none can be taken
		state    ticket.MailboxState // empty: fine
		words    string
		asked    string // a command that the server must get
		never    string // one that it must not
	}{
		{name: "the least of IMAP4rev1: no UIDPLUS, MOVE, IDLE, ESEARCH, SPECIAL-USE", mails: 1, never: "IDLE"},
		{name: "no UIDPLUS, mails are to be deleted", box: after(Delete, ""), mails: 1, state: ticket.MailboxDegraded, words: "neither MOVE nor UIDPLUS", never: "UID STORE"},
		{name: "neither MOVE nor UIDPLUS, mails are to be moved", box: after(Move, "Done"), mails: 1, state: ticket.MailboxDegraded, words: "neither MOVE nor UIDPLUS", never: "UID COPY"},
		{name: "UIDPLUS without MOVE", answers: able("", "UIDPLUS"), box: after(Move, "Done"), mails: 1, asked: "UID EXPUNGE 5"},
		{name: "MOVE without UIDPLUS", answers: able("", "MOVE"), box: after(Move, "Done"), mails: 1, asked: "UID MOVE 5", never: "UID EXPUNGE"},
		{name: "capabilities are told after the log-in only", greeting: "* OK ready\r\n", answers: able("AUTH=X-OWN", "MOVE"), box: after(Move, "Done"), mails: 1, asked: "UID MOVE 5"},
		{name: "capabilities are in the answer to the log-in", greeting: "* OK ready\r\n", answers: answers{"LOGIN": says("TAG OK [CAPABILITY IMAP4rev1 MOVE] welcome\r\n")}, box: after(Move, "Done"), mails: 1, asked: "UID MOVE 5"},
		{name: "folders are separated by points, below INBOX", answers: both(able("", "MOVE NAMESPACE"), answers{"UID MOVE": first("TAG NO [TRYCREATE] no such mailbox\r\n")}), box: after(Move, "INBOX.Done"), mails: 1, asked: "CREATE INBOX.Done"},
		{name: "folders are separated by slashes", answers: both(able("", "MOVE"), answers{"UID MOVE": first("TAG NO [TRYCREATE] no such mailbox\r\n")}), box: after(Move, "Archive/Done"), mails: 1, asked: "CREATE Archive/Done"},
		{name: "a folder that is outside the namespace", answers: both(able("", "MOVE"), answers{"UID MOVE": says("TAG NO [TRYCREATE] Mailbox does not exist\r\n"), "CREATE": says("TAG NO Invalid mailbox name: use the prefix INBOX.\r\n")}), box: after(Move, "Done"), mails: 1, state: ticket.MailboxDegraded, words: "use the prefix INBOX."},
		{name: "keywords are not kept", box: after(Flag, ""), mails: 1, state: ticket.MailboxDegraded, words: "stores no keywords"},
		{name: "PREAUTH: logged in from the greeting on", greeting: "* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n", answers: answers{"LOGIN": says("TAG BAD already logged in\r\n")}, mails: 1, never: "LOGIN"},
		{name: "PREAUTH, where TLS must come first", greeting: "* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n", box: func(b *Mailbox) { b.TLS = STARTTLS }, state: ticket.MailboxDown, words: "greeting", never: "LOGIN"},
		{name: "LOGINDISABLED", greeting: "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n", answers: answers{"CAPABILITY": says("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK\r\n")}, state: ticket.MailboxDown, words: "accepts no password", never: "LOGIN"},
		{name: "BYE as the greeting", greeting: "* BYE too many connections\r\nCUT", state: ticket.MailboxDown, words: ""},
		{name: "BYE instead of a mail", answers: bodies(first("* BYE restarting\r\nCUT")), mails: 1},
		{name: "BYE behind a mail", answers: bodies(first(itsBody + "* BYE restarting\r\nCUT")), mails: 1},
		{name: "literals without waiting (LITERAL+, SASL-IR)", answers: able("LITERAL+ SASL-IR ID ENABLE", "LITERAL+ SASL-IR ID ENABLE"), mails: 1},
		{name: "IDLE is offered and refused", answers: both(able("", "IDLE"), answers{"IDLE": says("TAG BAD not today\r\n")}), mails: 1},
		{name: "no UIDNEXT", answers: answers{"EXAMINE": says("* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nTAG OK\r\n")}, mails: 1},
		{name: "no UIDVALIDITY", answers: answers{"EXAMINE": says("* 1 EXISTS\r\nTAG OK\r\n")}, state: ticket.MailboxDown, words: "no UIDVALIDITY"},
		{name: "UIDVALIDITY changes in the middle of a session", answers: answers{"UID SEARCH": first("* OK [UIDVALIDITY 2] it was made anew\r\n* SEARCH 5\r\nTAG OK\r\n")}, mails: 1},
		{name: "warnings", answers: answers{"UID SEARCH": says("* NO the disk is nearly full\r\n* BAD something\r\n* OK [ALERT] the desk is late with its bill\r\n* SEARCH 5\r\nTAG OK\r\n")}, mails: 1},
		{name: "others delete, mark and add mails meanwhile", answers: answers{"UID SEARCH": says("* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXISTS\r\n* 3 EXPUNGE\r\n* 0 RECENT\r\n* SEARCH 5\r\nTAG OK\r\n")}, mails: 1},
		{name: "EXISTS goes down without EXPUNGE", answers: answers{"EXAMINE": says("* 9 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 6] x\r\nTAG OK\r\n"), "UID SEARCH": says("* 1 EXISTS\r\n* SEARCH 5\r\nTAG OK\r\n")}, mails: 1},
		{name: "a list without the mails that are there, at first", answers: answers{"UID SEARCH": first("* SEARCH\r\nTAG OK\r\n"), "FETCH": says("TAG OK\r\n")}, mails: 1},
		{name: "a list without the mails that are there, always", answers: answers{"UID SEARCH": says("* SEARCH\r\nTAG OK\r\n"), "FETCH": says("TAG OK\r\n")}, state: ticket.MailboxDown, words: "has 1 mails and names none"},
		{name: "the last mail is gone before a list without the others", answers: answers{"EXAMINE": says("* 2 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 7] x\r\nTAG OK\r\n"), "UID SEARCH": first("* SEARCH\r\nTAG OK\r\n"), "FETCH": says("* 2 EXPUNGE\r\nTAG OK\r\n")}, mails: 1},
		{name: "all mails are gone meanwhile", answers: answers{"UID SEARCH": says("* SEARCH\r\nTAG OK\r\n"), "FETCH": says("* 1 EXPUNGE\r\nTAG OK\r\n")}},
		{name: "somebody reads a mail while it is fetched", answers: factsAre(says("* 1 FETCH (FLAGS (\\Seen \\Recent NonJunk $X))\r\n" + itsFact + "* 1 FETCH (UID 5 FLAGS (\\Seen))\r\nTAG OK\r\n")), mails: 1},
		{name: "sizes and bodies in lower case, in another order, with items that nobody asked for", answers: both(factsAre(says(strings.ToLower(strings.ReplaceAll(itsFact, now, "01-jan-2026 10:00:00 +0000")) + "TAG OK\r\n"))), mails: 1},
		{name: "no INTERNALDATE", answers: factsAre(says(fmt.Sprintf("* 1 FETCH (UID 5 FLAGS () RFC822.SIZE %d)\r\nTAG OK\r\n", len(oneMail)))), mails: 1},
		{name: "RFC822.SIZE is 0", answers: factsAre(says(strings.Replace(itsFact, fmt.Sprint("SIZE ", len(oneMail)), "SIZE 0", 1) + "TAG OK\r\n")), mails: 1},
		{name: "RFC822.SIZE is ten times what it is", answers: factsAre(says(strings.Replace(itsFact, fmt.Sprint("SIZE ", len(oneMail)), "SIZE 1460", 1) + "TAG OK\r\n")), mails: 1},
		{name: "the body is NIL at first", answers: bodies(first("* 1 FETCH (UID 5 BODY[] NIL)\r\nTAG OK\r\n")), mails: 1},
		{name: "a body is always NIL", answers: twoMails(says(bothFacts+"TAG OK\r\n"), func(line string) string {
			if strings.HasPrefix(line, "UID FETCH 5 ") {
				return "* 1 FETCH (UID 5 BODY[] NIL)\r\nTAG OK\r\n"
			}
			return bodyOf(line)
		}), mails: 1, state: ticket.MailboxDegraded, words: "cannot be fetched: 1"},
		{name: "a body is a quoted string", answers: bodies(says("* 1 FETCH (UID 5 BODY[] \"From: ana@example.net\")\r\nTAG OK\r\n")), mails: 1},
		{name: "FETCH answers for fewer mails than were asked for, at first", answers: twoMails(func() func(string) string {
			asked := false
			return func(string) string {
				if asked {
					return bothFacts + "TAG OK\r\n"
				}
				asked = true
				return itsFact + "TAG OK\r\n"
			}
		}(), bodyOf), mails: 2},
		{name: "FETCH answers NO for one of two", answers: twoMails(says(bothFacts+"TAG OK\r\n"), func(line string) string {
			if strings.HasPrefix(line, "UID FETCH 5 ") {
				return "TAG NO internal error\r\n"
			}
			return bodyOf(line)
		}), mails: 1, state: ticket.MailboxDegraded, words: "cannot be fetched: 1"},
		{name: "UIDs out of order, twice, and one below", answers: both(twoMails(says(bothFacts+"TAG OK\r\n"), bodyOf), answers{"UID SEARCH": says("* SEARCH 6 5 6\r\nTAG OK\r\n")}), mails: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := startHostile(t, tt.answers)
			if tt.greeting != "" {
				h.greeting = tt.greeting
			}
			w := openWorld(t, store.Options{})
			b := box(h.addr, support)
			b.All = true
			if tt.box != nil {
				tt.box(&b)
			}
			p, _ := w.fetch(36<<20, b)
			want := tt.state
			if want == "" {
				want = ticket.MailboxFine
			}
			if tt.mails > 0 {
				w.handled(tt.mails)
			}
			state(t, p, 0, want, tt.words)
			h.mu.Lock()
			passes := len(h.lines)
			h.mu.Unlock()
			if tt.greeting != "" && tt.mails == 0 {
				passes = -1 // it says nothing more
			}
			await(t, "it looks once more", func() bool {
				h.mu.Lock()
				defer h.mu.Unlock()
				return len(h.lines) > passes
			})
			h.mu.Lock()
			asked := slices.Clone(h.lines)
			h.mu.Unlock()
			w.view(func(r ticket.Reader) error {
				tally, err := r.Tally()
				if tally.Accepted != tt.mails {
					t.Errorf("%d mails were taken, want %d", tally.Accepted, tt.mails)
				}
				return err
			})
			contains := func(part string) bool {
				return slices.ContainsFunc(asked, func(line string) bool { return strings.Contains(strings.ReplaceAll(line, `"`, ""), part) })
			}
			if tt.asked != "" && !contains(tt.asked) || tt.never != "" && contains(tt.never) {
				t.Errorf("the server was asked %q, want %q and never %q", asked, tt.asked, tt.never)
			}
		})
	}
	faulttest.Seen(t, "T177", fmt.Sprintf("%d servers that lack extensions, tell them late, answer less, more or in another order than was asked, or end the session", len(tests)),
		"each mail is taken once; what the server cannot do is the state of the mailbox, in words")
}
