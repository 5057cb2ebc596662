package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestSecurityEventsCluster: an admin gets one mail when security events pile up, which says
// what, how often, from where and in whose name, and one when they have ended.
func TestSecurityEventsCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withAdmin, func(s *settings.Settings) { s.SecurityEvents = 6 })
		b.request()
		stranger := b.last(notify.TemplateAcknowledgement, ana)
		forge := func() {
			b.take(letter{from: alice, to: support, subject: "Re: [Example IT #1] VPN drops", text: "#resolve\nDone.\n"})
		}
		look := func(seen ...trouble.Sighting) {
			t.Helper()
			if err := b.ObserveSecurity(b.ctx, time.Now(), seen); err != nil {
				t.Fatal(err)
			}
		}
		want := func(when string, subjects ...string) {
			t.Helper()
			if got := b.toAdmin(); !slices.Equal(got, subjects) {
				t.Errorf("%s: mails to the admin are %q, want %q", when, got, subjects)
			}
		}
		for range 3 {
			forge()
		}
		b.take(letter{from: "mallory@example.net", to: stranger.answer(), subject: "Re: x", text: "Send me all of it.\n"})
		look()
		want("four events", []string(nil)...)
		failed := trouble.Sighting{At: time.Now(), What: "failed log-in", Origin: "203.0.113.7", Name: "bob"}
		look(failed, failed)
		want("six events", "security events pile up")
		text := mailparse.Parse(b.sent(boss)[0].Bytes, mailparse.Envelope{}).Text
		for _, part := range []string{
			"6 security events within an hour", "3 × mail in an agent's name without proof", "2 × failed log-in", "1 × mail to a signed address of somebody else",
			"alice@example.org (3)", "203.0.113.7 (2)", "mallory@example.net (1)", "In the name of: alice (3), bob (2)", "Tickets: #1 (4)",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("the admin does not read %q:\n%s", part, text)
			}
		}
		for range 5 {
			forge()
			look(failed, failed)
		}
		want("while it stands", "security events pile up")
		time.Sleep(2 * time.Hour)
		look(failed, failed)
		look()
		want("two hours later", "security events pile up", "over: security events pile up")
	})
}

// TestSecurityEvents: what counts as a security event stands on its ticket and is in the audit, or is
// told of where it is not, and has a line in the log, once; what everyday work brings does not.
func TestSecurityEvents(t *testing.T) {
	const pass, fail = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.net\n"
	const unproven = "mail without proof in the name of a requester whose mails were authenticated before"
	const forgedName, failOrg = "name of a sender that imitates an agent, the desk or an address of theirs", "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n"
	tag := func(b *bench) string { return "Re: [Example IT #1] VPN drops" }
	answers := func(b *bench, header string) { // the requester, at the signed address
		b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: x", header: header, text: "It is the blue one.\n"})
	}
	proves := func(b *bench) { answers(b, pass) }
	byTag := func(b *bench) letter { return letter{from: ana, to: support, subject: tag(b), text: "It is urgent.\n"} }
	for _, tt := range []struct {
		name   string
		before func(b *bench)
		letter func(b *bench) letter
		want   []string // kinds of security events, those of before not among them
		told   string   // where they are in no audit with a ticket: in whose name, and on which ticket
	}{
		{"an agent without proof", nil, func(b *bench) letter { return letter{from: alice, to: support, subject: tag(b), text: "#resolve\n"} }, []string{"mail in an agent's name without proof"}, ""},
		{"an agent, forged", nil, func(b *bench) letter {
			return letter{from: alice, to: b.last(notify.TemplateNewTicket, alice).answer(), subject: tag(b), header: failOrg, text: "#resolve\n"}
		}, []string{"mail in an agent's name that a mail server or DMARC calls forged"}, ""},
		{"an agent's new mail, forged", nil, func(b *bench) letter {
			return letter{from: alice, to: support, subject: "Rack", header: failOrg, text: "Open the rack.\n"}
		},
			[]string{"mail in somebody's name that a mail server or DMARC calls forged"}, ""},
		{"an agent's new mail", nil, func(b *bench) letter {
			return letter{from: alice, to: support, subject: "Rack", text: "Open the rack.\n"}
		}, nil, ""},
		{"an agent's signed address, from home", nil, func(b *bench) letter {
			return letter{from: "home@example.com", to: b.last(notify.TemplateNewTicket, alice).answer(), subject: tag(b), text: "Hi.\n"}
		}, []string{"mail to an agent's signed address from an address that is not theirs"}, ""},
		{"a requester's signed address, of somebody else", nil, func(b *bench) letter {
			return letter{from: "m@example.com", to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: tag(b), text: "Hi.\n"}
		}, []string{"mail to a signed address of somebody else"}, ""},

		{"the requester, who has proven nothing yet, by the tag", nil, byTag, nil, ""},
		{"the requester, whose domain signs nothing, by the tag", func(b *bench) { answers(b, "") }, byTag, nil, ""},
		{"the same, in answer to their own mail", func(b *bench) { answers(b, "") }, func(b *bench) letter {
			return letter{from: ana, to: support, subject: "Re: VPN drops", header: "In-Reply-To: <letter.2@example.net>\n", text: "And the red one.\n"}
		}, nil, ""},
		{"the requester, whose mails are authenticated, by the tag", proves, byTag, []string{unproven}, ""},
		{"the same, after others", func(b *bench) {
			proves(b)
			answers(b, "")
			b.agentWrites(alice, notify.TemplateNewTicket, "Is it plugged in?\n")
		}, byTag, []string{unproven}, ""},
		{"the same again on the ticket", func(b *bench) {
			proves(b)
			b.take(byTag(b))
		}, func(b *bench) letter { return letter{from: ana, to: support, subject: tag(b), text: "Hello?\n"} }, nil, ""},
		{"the same, to close it", proves, func(b *bench) letter { return letter{from: ana, to: support, subject: tag(b), text: "#close\n"} },
			[]string{unproven}, ""},
		{"the same, authenticated", proves, func(b *bench) letter {
			return letter{from: ana, to: support, subject: tag(b), header: pass, text: "It is urgent.\n"}
		}, nil, ""},
		{"the same, at the signed address", proves, func(b *bench) letter {
			return letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: tag(b), text: "It is urgent.\n"}
		}, nil, ""},
		{"the same, a machine", proves, func(b *bench) letter {
			return letter{from: ana, to: support, subject: tag(b), header: "Auto-Submitted: auto-replied\n", text: "I am away.\n", envelope: null()}
		}, nil, ""},
		{"the requester, forged", nil, func(b *bench) letter {
			return letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: tag(b), header: fail, text: "Send it to me.\n"}
		}, []string{"mail in somebody's name that a mail server or DMARC calls forged"}, ""},
		{"a new request that fails DMARC, as on a list", nil, func(b *bench) letter {
			return letter{from: "kim@example.net", to: support, subject: "Lamp", header: fail, text: "Dark.\n"}
		}, nil, ""},

		{"the name of an agent", nil, func(b *bench) letter {
			return letter{from: "Alice Berger <evil@example.net>", to: support, subject: "Password", text: "Send it.\n"}
		}, []string{forgedName}, " #2"},
		{"the name of the desk, in other letters", nil, func(b *bench) letter {
			return letter{from: "Ехample IT <evil@example.net>", to: support, subject: "Password", text: "Send it.\n"}
		}, []string{forgedName}, " #2"},
		{"another address as the name", nil, func(b *bench) letter {
			return letter{from: `"boss@example.org" <evil@example.net>`, to: support, subject: "Password", text: "Send it.\n"}
		}, []string{forgedName}, " #2"},
		{"the same again on the ticket", func(b *bench) {
			b.take(letter{from: "Alice Berger <evil@example.net>", to: support, subject: "Password", text: "Send it.\n"})
		}, func(b *bench) letter {
			return letter{from: "Alice Berger <evil@example.net>", to: b.last(notify.TemplateAcknowledgement, "evil@example.net").answer(), subject: "Re: Password", text: "Now.\n"}
		}, nil, ""},
		{"another address as the name, of the house", nil, func(b *bench) letter {
			return letter{from: `"Chief <chief@it.example.org>" <evil@example.net>`, to: support, subject: "Password", text: "Send it.\n"}
		}, []string{forgedName}, " #2"},
		{"another address as the name, of somebody else", nil, func(b *bench) letter {
			return letter{from: `"info@firm.example via Sales" <sales@example.net>`, to: support, subject: "Lamp", text: "Dark.\n"}
		}, nil, ""},
		{"an agent's name and another address as the name", nil, func(b *bench) letter {
			return letter{from: `"Alice Berger, a@firm.example" <evil@example.net>`, to: support, subject: "Password", text: "Send it.\n"}
		}, []string{forgedName}, " #2"},
		{"a machine with the name of an agent", nil, func(b *bench) letter {
			return letter{from: "Alice Berger <bot@example.net>", to: support, subject: "Disk", header: "Auto-Submitted: auto-generated\n", text: "Full.\n"}
		}, nil, ""},
		{"an honest name", nil, func(b *bench) letter {
			return letter{from: "Ana Roth <ana.roth@example.net>", to: support, subject: "Lamp", text: "Dark.\n"}
		}, nil, ""},

		{"a vendor's address in other hands", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#ask "+vera+" Is there a newer release?\n")
		}, func(b *bench) letter {
			return letter{from: "m@evil.example", to: b.last(notify.TemplateQuestion, vera).answer(), subject: "Re: x", text: "Yes.\n"}
		}, []string{"mail to an address that was signed for a vendor or approver who is somebody else"}, ""},
		{"a colleague of the vendor", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#ask "+vera+" Is there a newer release?\n")
		}, func(b *bench) letter {
			return letter{from: "will@mail.supplier.example", to: b.last(notify.TemplateQuestion, vera).answer(), subject: "Re: x", text: "Yes.\n"}
		}, nil, ""},
		{"an approver's address in other hands", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "#approve "+chief+" May she have it?\n")
		}, func(b *bench) letter {
			return letter{from: "m@evil.example", to: voteAt(b.last(notify.TemplateApproval, chief), "approve"), subject: "Re: x", text: "Yes.\n"}
		}, []string{"mail to an address that was signed for a vendor or approver who is somebody else"}, ""},

		{"a question in an agent's name", nil, func(b *bench) letter { return letter{from: alice, to: control, text: "list\n"} }, []string{"question to the desk in an agent's name without proof"}, "alice #0"},
		{"an old mail, imported", nil, func(b *bench) letter {
			return letter{from: "Alice Berger <evil@example.net>", to: support, subject: "Old", text: "Old.\n", source: ticket.SourceImport}
		}, nil, ""},
	} {
		b := open(t, func(s *settings.Settings) {
			s.AuthServers, s.Agents[0].Display, s.Control = []string{"mx.example.org"}, "Alice Berger", control
		})
		var log strings.Builder
		b.Log = slog.New(slog.NewTextHandler(&log, nil))
		var told []string
		b.OnSighting(func(_ context.Context, s trouble.Sighting) {
			told = append(told, fmt.Sprintf("%s %s #%d", s.What, s.Name, s.Ticket))
		})
		b.request()
		if tt.before != nil {
			tt.before(b)
		}
		log.Reset()
		told = nil
		m := b.take(tt.letter(b))
		var on []string
		b.view(func(r ticket.Reader) error {
			events, err := r.AuditedSince(time.Time{}, ticket.EventKinds...)
			for _, e := range events {
				if what := trouble.KindOf(e); what != "" && e.Mail == m.ID {
					on = append(on, what)
				}
			}
			return err
		})
		if tt.told != "" {
			equal(t, tt.name+": told of", told, []string{tt.want[0] + " " + tt.told})
			on = append(on, tt.want...)
		} else if told != nil {
			t.Errorf("%s: told of %q, which is in the audit", tt.name, told)
		}
		if !slices.Equal(on, tt.want) {
			t.Errorf("%s (%s): the audit has %q, want %q", tt.name, m.Reason, on, tt.want)
		}
		if n := strings.Count(log.String(), `msg="security event"`); n != len(tt.want) || n > 0 && !strings.Contains(log.String(), tt.want[0]) {
			t.Errorf("%s: want %q in the log:\n%s", tt.name, tt.want, log.String())
		}
		b.sound()
	}
}
