package desk_test

import (
	"fmt"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// spellings are ways to write müller.example and jörg.
var spellings = []struct{ name, domain, local string }{
	{"in letters", "müller.example", "jörg"},
	{"in ASCII", "xn--mller-kva.example", "jörg"},
	{"in capitals", "MÜLLER.example", "JÖRG"},
	{"in ASCII capitals", "XN--MLLER-KVA.EXAMPLE", "Jörg"},
	{"with the accents apart", "mu\u0308ller.example", "jo\u0308rg"},
}

// TestOneMailbox: an address is the same mailbox in whichever way its domain and its local
// part are written, wherever the desk asks: who may receive, who is an agent, whose request
// it is, who is asked, who is told no more.
func TestOneMailbox(t *testing.T) {
	rows := 0
	for _, here := range spellings {
		for _, there := range spellings {
			what := fmt.Sprintf("the configuration %s, the mail %s", here.name, there.name)
			b := open(t, func(s *settings.Settings) {
				s.Addresses[0].Mail = "hilfe@" + here.domain
				s.Addresses[0].Groups = []string{"alle@" + here.domain}
				s.Control = "desk@" + here.domain
				s.Agents[0].Mail = []string{here.local + "@" + here.domain}
			})
			if err := b.CheckRecipient(t.Context(), "hilfe+x@"+there.domain); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			s := b.Settings()
			if a, is := s.AgentAt(there.local + "+phone@" + there.domain); !is || a.Name != "alice" {
				t.Errorf("%s: alice's address is %q's", what, a.Name)
			}
			if !s.IsGroup("Alle@"+there.domain) || !s.IsControl("desk+x@"+there.domain) || !s.IsOurs("hilfe@"+there.domain) || !s.OfHouse("anna@mail."+there.domain) {
				t.Errorf("%s: group %t, control %t, ours %t, of the house %t", what, s.IsGroup("Alle@"+there.domain), s.IsControl("desk+x@"+there.domain), s.IsOurs("hilfe@"+there.domain), s.OfHouse("anna@mail."+there.domain))
			}
			rows++
		}
	}
	for _, there := range spellings {
		b := open(t)
		m := b.take(letter{from: "Ana <ana@müller.example>", envelope: null(), to: support, subject: "Lamp", text: "The lamp is dark.\n"})
		again := b.take(letter{from: "Ana <ANA@" + there.domain + ">", envelope: null(), to: support, subject: "Re: [Example IT #1] Lamp", text: "And the fuse, too.\n"})
		if again.Ticket != m.Ticket {
			t.Errorf("%s: the requester's answer is in #%d (%s), want #%d", there.name, again.Ticket, again.Reason, m.Ticket)
		}
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#cc kim@müller.example\n#cc KIM@"+there.domain+"\n")
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#ask vera@müller.example Fuse\n\nWhich fuse is it?\n")
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "#uncc kim@"+there.domain+"\n")
		var took []string
		b.view(func(r ticket.Reader) error {
			all, err := r.Participants(m.Ticket)
			for _, p := range all {
				if p.Role == ticket.RoleParticipant || p.Role == ticket.RoleVendor {
					took = append(took, fmt.Sprintf("%s %s left %t", p.Role, p.Address, p.Left))
				}
			}
			return err
		})
		equal(t, there.name+": who takes part", took, []string{"participant kim@xn--mller-kva.example left true", "vendor vera@xn--mller-kva.example left false"})
		rows++
	}
	faulttest.Seen(t, "T123", fmt.Sprintf("%d spellings of one mailbox: IDN in letters and in ASCII, capitals, accents composed and apart", rows), "one mailbox everywhere: at RCPT, as agent, group and control address, as requester, copied, asked, removed")
}
