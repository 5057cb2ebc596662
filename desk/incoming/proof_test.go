package incoming

import (
	"net/netip"
	"strings"
	"testing"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// checked returns the envelope of a mail of which the desk found something itself.
func checked(a ticket.Authentication) ticket.Envelope { return ticket.Envelope{Checked: &a} }

func TestProof(t *testing.T) {
	set := &settings.Settings{
		AuthServers: []string{"mx.example.org"},
		Trusted:     []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
	}
	const results = "Authentication-Results: mx.example.org; "
	address := threading.Match{Ticket: 1, Token: &threading.Token{}, Reason: threading.ReplyAddress}
	ownID := threading.Match{Ticket: 1, Token: &threading.Token{}, Reason: threading.OwnMessageID}
	holder := threading.Match{Ticket: 1, Token: &threading.Token{}, Reason: threading.ReplyAddress, Holder: true}
	tag := threading.Match{Ticket: 1, Reason: threading.SubjectTag}
	const both = "DKIM-Signature: d=example.org; s=weak; h=from\nDKIM-Signature: d=example.org; s=whole; h=from:subject:date:to\nSubject: x\nTo: y"
	signed := func(all ...string) (signatures []ticket.Signature) {
		for _, one := range all {
			selector, result, _ := strings.Cut(one, " ")
			signatures = append(signatures, ticket.Signature{Domain: "example.org", Selector: selector, Result: result})
		}
		return signatures
	}
	for _, tt := range []struct {
		name   string
		header string // above From
		from   string // "" is alice@example.org
		env    ticket.Envelope
		match  threading.Match
		want   Proof
	}{
		{"From alone", "", "", ticket.Envelope{}, threading.Match{}, ProofFrom},
		{"a subject tag", "", "", ticket.Envelope{}, tag, ProofFrom},
		{"somebody else's signed address", "", "", ticket.Envelope{}, holder, ProofFrom},
		{"our Message-ID", "", "", ticket.Envelope{}, ownID, ProofMessageID},
		{"the signed address", "", "", ticket.Envelope{}, address, ProofAddress},
		{"DMARC passed", results + "dmarc=pass header.from=example.org", "", ticket.Envelope{}, tag, ProofAuthenticated},
		{"DMARC passed, in capitals", results + "dmarc=Pass header.from=EXAMPLE.org", "", ticket.Envelope{}, tag, ProofAuthenticated},
		{"DMARC passed, no domain named", results + "dmarc=pass", "", ticket.Envelope{}, tag, ProofAuthenticated},
		{"DMARC passed, for a domain in letters", results + "dmarc=pass header.from=xn--mller-kva.example", "alice@müller.example", ticket.Envelope{}, tag, ProofAuthenticated},
		{"DMARC passed, for another domain", results + "dmarc=pass header.from=example.net", "", ticket.Envelope{}, tag, ProofFrom},
		{"DMARC passed, yet nobody knows who wrote", results + "dmarc=pass", "alice@example.org, bob@example.org", ticket.Envelope{}, tag, ProofFrom},
		{"SPF and DKIM passed, for whom is not said", results + "spf=pass; dkim=pass", "", ticket.Envelope{}, tag, ProofFrom},
		{"DMARC passed, says a stranger", "Authentication-Results: mx.example.com; dmarc=pass", "", ticket.Envelope{}, tag, ProofFrom},
		{"DMARC failed", results + "dmarc=fail header.from=example.org", "", ticket.Envelope{}, address, ProofForged},
		{"DMARC failed, from a trusted network", results + "dmarc=fail", "", ticket.Envelope{Client: "192.0.2.9"}, address, ProofForged},
		{"DMARC failed, says a stranger", "Authentication-Results: mx.example.com; dmarc=fail", "", ticket.Envelope{}, address, ProofAddress},
		{"DMARC undecided", results + "dmarc=temperror", "", ticket.Envelope{}, address, ProofAddress},
		{"a trusted network", "", "", ticket.Envelope{Client: "192.0.2.9"}, tag, ProofAuthenticated},
		{"a trusted network of IPv6", "", "", ticket.Envelope{Client: "2001:db8::9"}, tag, ProofAuthenticated},
		{"a trusted network, mapped", "", "", ticket.Envelope{Client: "::ffff:192.0.2.9"}, tag, ProofAuthenticated},
		{"the network beside it", "", "", ticket.Envelope{Client: "192.0.3.9"}, tag, ProofFrom},
		{"a trusted network, yet nobody knows who wrote", "", "<>", ticket.Envelope{Client: "192.0.2.9"}, tag, ProofFrom},
		{"logged in as the writer", "", "", ticket.Envelope{AuthUser: "Alice@example.org"}, tag, ProofSubmitted},
		{"logged in as somebody else", "", "", ticket.Envelope{AuthUser: "bob@example.org"}, tag, ProofFrom},
		{"our own check passed", "", "", checked(ticket.Authentication{DMARC: "pass"}), tag, ProofAuthenticated},
		{"our own check found an aligned signature", "", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.org"}), tag, ProofAuthenticated},
		{"our own check found a signature of others", "", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "none"}), tag, ProofFrom},
		{"our own check failed", "", "", checked(ticket.Authentication{DMARC: "fail", Policy: "reject"}), address, ProofForged},
		{"our own check failed, and nothing is asked for", "", "", checked(ticket.Authentication{DMARC: "fail", Policy: "none"}), address, ProofAddress},
		{"our own check knows nothing", "", "", checked(ticket.Authentication{SPF: "temperror", DKIM: "temperror", DMARC: "temperror"}), address, ProofAddress},
		{"DMARC passed, our own check failed", results + "dmarc=pass header.from=example.org", "", checked(ticket.Authentication{DKIM: "fail", DMARC: "fail", Policy: "reject"}), tag, ProofAuthenticated},
		{"DMARC failed, our own check passed", results + "dmarc=fail", "", checked(ticket.Authentication{DMARC: "pass", Signer: "example.org"}), tag, ProofForged},
		{"a server says nothing of DMARC, our own check passed", results + "spf=pass", "", checked(ticket.Authentication{DMARC: "pass", Signer: "example.org"}), tag, ProofAuthenticated},
		{"a signature of From alone", "DKIM-Signature: d=example.org; h=from\nSubject: x\nDate: y", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org"}), address, ProofAddress},
		{"a signature of From alone, of a domain above", "DKIM-Signature: d=mail.example.org.; h=from\nSubject: x", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "mail.example.org"}), tag, ProofFrom},
		{"a signature of From alone, of which DMARC knows that it is aligned", "DKIM-Signature: d=example.net; h=from\nSubject: x", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "none", Signer: "example.net"}), tag, ProofFrom},
		{"a signature of From alone, that a server believes", results + "spf=fail; dkim=pass; dmarc=pass\nDKIM-Signature: d=example.org; h=from\nSubject: x", "", ticket.Envelope{}, tag, ProofFrom},
		{"a signature of From alone, and SPF of its domain", "DKIM-Signature: d=example.org; h=from\nSubject: x", "", checked(ticket.Authentication{SPF: "pass", SPFDomain: "example.org", DKIM: "pass", DMARC: "pass", Signer: "example.org"}), tag, ProofAuthenticated},
		{"a signature of From alone, and SPF of another domain", "DKIM-Signature: d=example.org; h=from\nSubject: x", "", checked(ticket.Authentication{SPF: "pass", SPFDomain: "example.net", DKIM: "pass", DMARC: "pass", Signer: "example.org"}), tag, ProofFrom},
		{"a signature of From alone, and SPF of its domain, says a server", results + "spf=pass; dmarc=pass\nDKIM-Signature: d=example.org; h=from\nSubject: x", "", ticket.Envelope{ReversePath: "alice@example.org"}, tag, ProofAuthenticated},
		{"a signature of From alone, from a trusted network", "DKIM-Signature: d=example.org; h=from\nSubject: x", "", ticket.Envelope{Client: "192.0.2.9"}, tag, ProofAuthenticated},
		{"a whole signature, and a list's of From alone", "DKIM-Signature: d=list.example; h=from\nDKIM-Signature: d=example.org; h=from:subject:date:to\nSubject: x\nTo: y", "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org"}), tag, ProofAuthenticated},
		{"a whole signature that holds, and one of From alone", both, "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("weak pass", "whole pass")}), tag, ProofAuthenticated},
		{"a whole signature of the domain above that holds, and one of From alone", strings.Replace(both, "d=example.org; s=whole", "d=mail.example.org; s=whole", 1), "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("weak pass", "whole pass")}), tag, ProofFrom},
		{"a whole signature that does not hold, and one of From alone", both, "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("weak pass", "whole fail")}), tag, ProofFrom},
		{"a whole signature that was not looked at, and one of From alone", both, "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("weak pass")}), tag, ProofFrom},
		{"one of two signatures by the same key holds, and nobody knows which", strings.Replace(both, "s=weak", "s=whole", 1), "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("whole pass", "whole fail")}), tag, ProofFrom},
		{"one of two signatures by the same key was not looked at", strings.Replace(both, "s=weak", "s=whole", 1), "", checked(ticket.Authentication{DKIM: "pass", DMARC: "pass", Signer: "example.org", Signatures: signed("whole pass")}), tag, ProofFrom},
		{"a whole signature and one of From alone, that a server believes", results + "spf=fail; dkim=pass; dmarc=pass\n" + both, "", ticket.Envelope{}, tag, ProofFrom},
		{"our own check passed, yet nobody knows who wrote", "", "<>", checked(ticket.Authentication{DMARC: "pass", Signer: "example.org"}), tag, ProofFrom},
	} {
		if tt.from == "" {
			tt.from = "alice@example.org"
		}
		raw := strings.ReplaceAll(tt.header+"\nFrom: "+tt.from+"\n\nHello\n", "\n", "\r\n")
		h := &Handling{Change: &decision.Change{Set: set}, Msg: mailparse.Parse([]byte(strings.TrimPrefix(raw, "\r\n")), mailparse.Envelope{}), Mail: ticket.Mail{Envelope: tt.env}}
		h.Verdict.Match = tt.match
		if got := h.Proof(); got != tt.want {
			t.Errorf("%s: proof = %d, want %d", tt.name, got, tt.want)
		}
		if got, want := tt.want.Level(), map[Proof]command.Proof{ProofMessageID: command.Answer, ProofAddress: command.Address, ProofAuthenticated: command.Authenticated, ProofSubmitted: command.Login}[tt.want]; got != want {
			t.Errorf("%s: level %q, want %q", tt.name, got, want)
		}
		if got := h.Authenticated(); got != (tt.want >= ProofAuthenticated) {
			t.Errorf("%s: authenticated = %t", tt.name, got)
		}
	}
}
