package desk

import (
	"net/netip"
	"slices"

	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// Proof is how well it is known that the address in a mail's From field wrote
// the mail, weakest first. Levels are compared with < and >=.
type Proof int

// The levels of proof.
const (
	// ProofForged: a server of auth_servers says dmarc=fail, or the desk finds it
	// itself. It outweighs whatever else the mail shows.
	ProofForged Proof = iota
	// ProofFrom: nothing but the From field, which anybody can write. A subject
	// tag and the Message-IDs of others add nothing to it.
	ProofFrom
	// ProofMessageID: it answers a mail of ours to its writer. Message-IDs are
	// seen by whoever gets a copy or a forward.
	ProofMessageID
	// ProofAddress: it came to the signed address that was made for its writer.
	ProofAddress
	// ProofAuthenticated: the From field itself is authenticated, see
	// [handling.authenticated], whatever ticket the mail belongs to.
	ProofAuthenticated
	// ProofSubmitted: its writer has logged in with a password, see
	// [handling.submitted].
	ProofSubmitted
)

// proof returns how well the writer of the mail is known. It needs the match of
// resolve for the two levels in the middle.
func (h *handling) proof() Proof {
	token := h.verdict.Match.Token
	switch own := token != nil && !h.verdict.Match.Holder; {
	case h.authFailed():
		return ProofForged
	case h.submitted():
		return ProofSubmitted
	case h.authenticated():
		return ProofAuthenticated
	case own && h.verdict.Match.Reason == threading.ReplyAddress:
		return ProofAddress
	case own:
		return ProofMessageID
	}
	return ProofFrom
}

// authenticated reports whether the mail's own From field is authenticated: a
// server of auth_servers or the desk's own check says dmarc=pass for its domain
// (RFC 9989), it has a signature that holds and is aligned, the client
// is in a network of [smtp] trusted, or it logged in as that very address. A
// mail without a strict From, or whose author stands elsewhere, or that is called
// forged, never is.
func (h *handling) authenticated() bool {
	from := h.msg.From.Address
	if from == "" || h.author != inFrom || h.authFailed() {
		return false
	}
	return h.auth().Passes(from) || h.checked().Signer != "" || h.set.trusts(h.mail.Envelope.Client) || h.submitted()
}

// submitted reports whether the writer of the mail has logged in as the very address in
// From.
func (h *handling) submitted() bool {
	return h.mail.Envelope.AuthUser != "" && h.author == inFrom && !h.authFailed() && sameAddress(h.mail.Envelope.AuthUser, h.msg.From.Address)
}

// authFailed reports whether a server of auth_servers says that the mail does
// not come from the domain in its From field (dmarc=fail). Where it says nothing of
// that, the desk's own check does, if the domain's owner does not want such mail: a
// policy of "none" is that of domains whose own mail often fails.
func (h *handling) authFailed() bool { return h.set.forged(h.mail, h.msg) }

// forged is authFailed of any mail.
func (s *Settings) forged(m ticket.Mail, msg *mailparse.Message) bool {
	if said := mailauth.Read(msg.Header, s.AuthServers); said.DMARC != "" {
		return said.DMARC == "fail"
	}
	own := m.Envelope.Checked
	return own != nil && own.Failed()
}

// auth returns what is known of who sent the mail.
func (h *handling) auth() mailauth.Results { return h.set.authentication(h.mail, h.msg) }

// checked returns what the desk's own checks found; a zero value: nothing.
func (h *handling) checked() ticket.Authentication {
	if own := h.mail.Envelope.Checked; own != nil {
		return *own
	}
	return ticket.Authentication{}
}

// trusts reports whether a client, an IP address as the envelope has it, is in
// a network whose mails need no proof of who wrote them. "" is a mail that came
// by no connection.
func (s *Settings) trusts(client string) bool {
	ip, err := netip.ParseAddr(client)
	return err == nil && slices.ContainsFunc(s.Trusted, func(n netip.Prefix) bool { return n.Contains(ip.Unmap()) })
}
