package incoming

import (
	"strings"

	"maildesk/desk/author"
	"maildesk/desk/command"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
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
	// ProofSigned: besides, its writer has signed it with a key that the configuration has of
	// them, see [handling.signed].
	ProofSigned
	// ProofSubmitted: its writer has logged in with a password, see
	// [handling.submitted].
	ProofSubmitted
)

// Proof returns how well the writer of the mail is known. It needs the match of
// resolve for the two levels in the middle.
func (h *Handling) Proof() Proof {
	switch own := h.AnswersOurs(); {
	case h.AuthFailed():
		return ProofForged
	case h.submitted():
		return ProofSubmitted
	case h.signed():
		return ProofSigned
	case h.Authenticated():
		return ProofAuthenticated
	case h.Disguised():
		return ProofFrom
	case own && h.Verdict.Match.Reason == threading.ReplyAddress:
		return ProofAddress
	case own && !h.Marked:
		return ProofMessageID
	}
	return ProofFrom
}

// Disguised reports whether a list, a form or a service says that an agent, or who was asked to
// approve, wrote the mail: the checks then speak of its domain and not of theirs, and anybody
// can have a list.
func (h *Handling) Disguised() bool {
	token := h.Verdict.Match.Token
	return h.Author == author.BehindSender && (h.FromAgent() || token != nil && token.Role == string(ticket.RoleApprover))
}

// The reasons of the disposition of mails by which agents act at the desk's own address, and of those
// that are not done, as nobody knows whether the agent in From wrote them.
const (
	ReasonQuestion           = "question"
	ReasonInvitation         = "invitation"
	ReasonQuestionUnproven   = "question-unproven"
	ReasonInvitationUnproven = "invitation-unproven"
)

// SaysBelowLevel is what an agent is told of a command that their mail proves too little for, where
// the mail cannot wait.
func (h *Handling) SaysBelowLevel() ticket.Phrase {
	if why := h.SaysSigned(); !why.IsZero() {
		return why
	}
	return ticket.Say("it needs more proof that you wrote this email: log in at the desk to send it, or send it through your organisation’s mail server")
}

// Level returns the level of the ladder that a proof reaches; empty: none.
func (p Proof) Level() command.Proof {
	switch p {
	case ProofMessageID:
		return command.Answer
	case ProofAddress:
		return command.Address
	case ProofAuthenticated:
		return command.Authenticated
	case ProofSigned, ProofSubmitted:
		return command.Login
	}
	return ""
}

// Authenticated reports whether the mail's own From field is authenticated: a
// server of auth_servers or the desk's own check says dmarc=pass for its domain
// (RFC 9989), it has a signature that holds and is aligned, both unless it is reusable, the client
// is in a network of [smtp] trusted, or it logged in as that very address. A
// mail without a strict From, or whose author stands elsewhere, or that is called
// forged, never is.
func (h *Handling) Authenticated() bool {
	from := h.Msg.From.Address
	if from == "" || h.Author != author.InFrom || h.AuthFailed() {
		return false
	}
	passes := h.auth().Passes(from) || h.checked().Signer != ""
	return passes && !h.reusable() || h.Set.Trusts(h.Mail.Envelope.Client) || h.submitted()
}

// reusable reports whether a signature by which From may be authenticated leaves out what says which mail it is, so that the mail
// can be sent again as another one. Where SPF speaks for the very domain in From, nobody else has sent it.
func (h *Handling) reusable() bool {
	from, own := settings.FromDomain(h.Msg), h.checked()
	path := own.SPFDomain
	if path == "" {
		_, path, _ = silence.SplitAddress(h.Mail.Envelope.ReversePath)
	}
	if h.auth().SPF == "pass" && from != "" && strings.EqualFold(path, from) {
		return false
	}
	if mailauth.Covered(h.Msg.Header, func(domain, selector string, n int) bool {
		return (strings.EqualFold(domain, own.Signer) || strings.EqualFold(domain, from)) && holds(own, domain, selector, n)
	}) {
		return false // another one may leave out what it likes
	}
	return mailauth.Uncovered(h.Msg.Header, func(domain string) bool {
		of := silence.Domain("x@" + domain)
		return of == "" || of == silence.Domain("x@"+from) || strings.EqualFold(domain, own.Signer)
	})
}

// holds reports whether the desk has found that each of n signatures of a domain and selector holds.
func holds(own ticket.Authentication, domain, selector string, n int) bool {
	for _, s := range own.Signatures {
		if strings.EqualFold(strings.TrimSuffix(s.Domain, "."), domain) && strings.EqualFold(s.Selector, selector) {
			if s.Result != "pass" {
				return false
			}
			n--
		}
	}
	return n == 0
}

// submitted reports whether the writer of the mail has logged in as the very address in
// From.
func (h *Handling) submitted() bool {
	return h.Mail.Envelope.AuthUser != "" && h.Author == author.InFrom && !h.AuthFailed() && settings.SameAddress(h.Mail.Envelope.AuthUser, h.Msg.From.Address)
}

// AuthFailed reports whether a server of auth_servers says that the mail does
// not come from the domain in its From field (dmarc=fail). Where it says nothing of
// that, the desk's own check does, if the domain's owner does not want such mail: a
// policy of "none" is that of domains whose own mail often fails.
func (h *Handling) AuthFailed() bool { return h.authentication().forged }

// Moves moves a ticket to a status because of what the mail says, and reports whether it did: a
// mail that is not from the domain it names moves nothing. The actor is as of Move.
func (h *Handling) Moves(t *ticket.Ticket, to ticket.Status, actor string) (bool, error) {
	if h.AuthFailed() {
		return false, nil
	}
	return true, h.Move(t, to, actor)
}

// AnswersOurs reports whether the mail answers a mail of ours to its very writer.
func (h *Handling) AnswersOurs() bool {
	return h.Verdict.Match.Token != nil && !h.Verdict.Match.Holder
}

// Doubtful reports whether something is known about who sent the mail, and nothing of it speaks for
// the address in its From field. Where nothing is known, as within the house, there is no doubt.
func (h *Handling) Doubtful() bool {
	said, own := h.auth(), h.checked()
	if own.SPF == "pass" && !h.AuthFailed() && strings.EqualFold(own.SPFDomain, settings.FromDomain(h.Msg)) {
		return false // a domain without DMARC, which has named this server as its own
	}
	known := said.SPF+said.DKIM+said.DMARC != "" || own.Senders()
	return known && h.Proof() <= ProofFrom
}

// Caution returns what people are told who decide about the mail as a request; a zero phrase
// where nothing speaks against its sender.
func (h *Handling) Caution() ticket.Phrase {
	if !h.AuthFailed() {
		return ticket.Phrase{}
	}
	return ticket.Say("Careful: the sender check (DMARC) says that this request did not come from %s, the domain in its From field.", settings.FromDomain(h.Msg))
}

// auth returns what is known about who sent the mail.
func (h *Handling) auth() mailauth.Results { return h.authentication().known }

// authentication is what is known about who sent a mail, as it was read once.
type authentication struct {
	msg    *mailparse.Message     // of which
	own    *ticket.Authentication // with which
	known  mailauth.Results
	forged bool
}

// authentication reads what is known about who sent the mail, unless that was read before.
func (h *Handling) authentication() authentication {
	if own := h.Mail.Envelope.Checked; h.sender.msg != h.Msg || h.sender.own != own {
		h.sender = authentication{msg: h.Msg, own: own}
		h.sender.known, h.sender.forged = h.Set.Authentication(h.Mail, h.Msg)
	}
	return h.sender
}

// checked returns what the desk's own checks found; a zero value: nothing.
func (h *Handling) checked() ticket.Authentication {
	if own := h.Mail.Envelope.Checked; own != nil {
		return *own
	}
	return ticket.Authentication{}
}
