package desk_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/desk/settings"
	"maildesk/mailauth/signed"
	"maildesk/ticket"
)

// forms are those of signatures.
var forms = []string{signed.SMIME, signed.OpenPGP}

// merges is an answer of alice's to her notice of a ticket, which asks for what needs a login on the strict ladder.
func merges(notice sent, id string) letter {
	return letter{from: aliceAt, to: notice.answer(), client: "192.0.2.9", subject: "Re: " + notice.msg.Subject, id: id, text: "#merge 3\n"}
}

// TestSignedMail: a mail that an agent has signed, and whose From is authenticated, may what needs a login, once. What is
// known of its signature is kept with it: a rebuild needs no key.
func TestSignedMail(t *testing.T) {
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			b := open(t, strictly)
			b.request()
			notice := b.last(notify.TemplateNewTicket, aliceAt)
			b.request()
			b.request()
			l := merges(notice, "<one@example.org>")
			raw := signedBy("alice", form, l)
			m := b.takeRaw(l, raw)
			a, _ := b.authenticationOf(m.ID)
			if m.Reason != "reply-address" || b.ticket(1).Merged != 3 || !a.Signed.Holds() || a.Signed.By != "alice" {
				t.Fatalf("the signed mail is %s, ticket 1 in %d: %s", m.Reason, b.ticket(1).Merged, a.Words())
			}
			if want := "signed by alice's key " + signersOf()["alice "+form].Key.ID; !strings.Contains(a.Words(), want) {
				t.Errorf("%q, want %q in it", a.Words(), want)
			}
			if again := b.takeRaw(l, raw); again.Disposition != ticket.DispositionDuplicate {
				t.Errorf("the same mail again is %s", again.Disposition)
			}
			b.sound()
			keyless := *b.Settings()
			keyless.Agents = slices.Clone(keyless.Agents)
			keyless.Agents[0].Keys = nil
			now := b.rebuiltBy(&keyless)
			if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) { t.Errorf("rebuilt without the keys: %s", d) }); err != nil {
				t.Error(err)
			}
			if kept, _ := now.authenticationOf(m.ID); kept.Words() != a.Words() {
				t.Errorf("rebuilt: %q, was %q", kept.Words(), a.Words())
			}
		})
	}
}

// TestSignatureDoesNotCount: what is done with a mail below its level whose signature does not count, and what its agent is
// told of it.
func TestSignatureDoesNotCount(t *testing.T) {
	for _, form := range forms {
		for _, tt := range []struct {
			name  string
			mail  func(b *bench, first, second sent) (letter, []byte)
			words string // that alice reads; empty: nothing of a signature
		}{
			{"its text was changed", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				return l, bytes.Replace(signedBy("alice", form, l), []byte("#merge 3"), []byte("#merge 2"), 1)
			}, "not as it was signed"},
			{"by the key of another agent", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				return l, signedBy("bob", form, l)
			}, "not by a key that the desk has of you"},
			{"a signature below the part of a list", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				head, inner, _ := strings.Cut(string(signedBy("alice", form, l)), "MIME-Version: 1.0\r\n")
				return l, []byte(head + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=list\r\n\r\n--list\r\n" + inner + "\r\n--list\r\nContent-Type: text/plain\r\n\r\nThe list\r\n--list--\r\n")
			}, ""},
			{"From is not authenticated", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				l.client = outside
				return l, signedBy("alice", form, l)
			}, "alone does not count"},
			{"to the desk's own address, with the tag", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				l.to = support
				return l, signedBy("alice", form, l)
			}, "does not go to the reply address"},
			{"to the address of another ticket, in the envelope alone", func(b *bench, first, second sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				l.rcpt = []string{second.answer()}
				return l, signedBy("alice", form, l)
			}, "does not go to the reply address"},
			{"to the address that was signed for another agent", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<a@example.org>")
				l.to = b.last(notify.TemplateNewTicket, "bob@example.org").answer()
				return l, signedBy("alice", form, l)
			}, "does not go to the reply address"},
			{"sent again under another subject", func(b *bench, first, _ sent) (letter, []byte) {
				l := merges(first, "<one@example.org>")
				l.client = outside // it waits
				raw := signedBy("alice", form, l)
				b.takeRaw(l, raw)
				l.client = "192.0.2.9"
				return l, bytes.Replace(bytes.Replace(raw, []byte("<one@"), []byte("<two@"), 1), []byte("Subject: Re: "), []byte("Subject: Re: again: "), 1)
			}, "came with an earlier email already"},
			{"sent again to another ticket", func(b *bench, first, second sent) (letter, []byte) {
				l := merges(first, "<one@example.org>")
				l.client = outside // it waits
				raw := signedBy("alice", form, l)
				b.takeRaw(l, raw)
				l.to, l.client = second.answer(), "192.0.2.9"
				return l, bytes.Replace(bytes.ReplaceAll(raw, []byte(first.answer()), []byte(second.answer())), []byte("<one@"), []byte("<two@"), 1)
			}, "came with an earlier email already"},
		} {
			t.Run(form+", "+tt.name, func(t *testing.T) {
				b := open(t, strictly)
				b.request()
				first := b.last(notify.TemplateNewTicket, aliceAt)
				b.request()
				second := b.last(notify.TemplateNewTicket, aliceAt)
				b.request()
				m := b.takeRaw(tt.mail(b, first, second))
				if b.ticket(1).Merged != 0 || b.ticket(2).Merged != 0 || m.Reason == "reply-address" {
					a, _ := b.authenticationOf(m.ID)
					t.Errorf("the mail is %s, the tickets in %d and %d: %s", m.Reason, b.ticket(1).Merged, b.ticket(2).Merged, a.Words())
				}
				text := b.last(notify.TemplateNotDone, aliceAt).msg.Text
				if told := strings.Contains(strings.Join(strings.Fields(text), " "), tt.words); tt.words != "" && !told || tt.words == "" && strings.Contains(text, "Your signature") {
					t.Errorf("alice reads, in place of %q,\n%s", tt.words, text)
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestSignedWords: what an agent writes below a signature goes to the requester as ever, and the signature does not.
func TestSignedWords(t *testing.T) {
	for _, form := range forms {
		b := open(t, strictly)
		b.request()
		notice := b.last(notify.TemplateNewTicket, aliceAt)
		l := merges(notice, "<one@example.org>")
		l.text = "#take\n\nIs it better by cable?\n\n-- \nAlice\nFirst line\n\n> My VPN drops.\n"
		m := b.takeRaw(l, signedBy("alice", form, l))
		reply := b.last(notify.TemplateReply, ana)
		if m.Reason != "reply-address" || !strings.Contains(reply.msg.Text, "Is it better by cable?") || strings.Contains(reply.msg.Text, "#take") {
			t.Errorf("%s: the mail is %s, ana reads\n%s", form, m.Reason, reply.msg.Text)
		}
		if len(reply.msg.Attachments) > 0 {
			t.Errorf("%s: ana gets %d files", form, len(reply.msg.Attachments))
		}
	}
}

// TestSignedWithoutChecks: a desk that makes no checks of its own verifies signatures all the same, and knows no more of
// others than before.
func TestSignedWithoutChecks(t *testing.T) {
	b := open(t, strictly, func(s *settings.Settings) { s.Unchecked = true })
	b.request()
	notice := b.last(notify.TemplateNewTicket, aliceAt)
	l := merges(notice, "<one@example.org>")
	l.text = "#note It was said on the phone.\n"
	m := b.takeRaw(l, signedBy("alice", signed.OpenPGP, l))
	if a, kept := b.authenticationOf(m.ID); !kept || !a.Signed.Holds() || a.Senders() {
		t.Errorf("%s", a.Words())
	}
	l = letter{from: ana, to: support, client: outside, subject: "Printer", text: "It is broken.\n", id: "<x@example.net>"}
	if m = b.takeRaw(l, signedBy("alice", signed.SMIME, l)); m.Disposition != ticket.DispositionNew {
		t.Errorf("a request in the hull of a signature is %s", m.Disposition)
	}
	if a, kept := b.authenticationOf(m.ID); kept {
		t.Errorf("of a requester's signature is kept: %s", a.Words())
	}
	b.sound()
}
