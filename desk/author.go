package desk

import (
	"bytes"
	"slices"
	"strings"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// A group of a mail provider, or a form on a web site, sends what somebody wrote
// with an address in From that is not theirs. Such a mail is read as its author
// would have sent it. Nothing proves then that the author wrote it.

// author says where the address of a mail's author stands.
type author int

// The places.
const (
	inFrom       author = iota
	behindGroup         // in X-Original-From or Reply-To: a group passed the mail on; or in From, if the group left it
	behindSender        // in Reply-To: a form or a robot sent the mail
	behindAgent         // in a mail that an agent passes on
)

// listMarks are the fields that a group adds, or by which it would be taken for a
// machine; the mail is read without them.
var listMarks = []string{
	"From", "Sender", "Return-Path", "Delivered-To", "X-Loop", "Precedence", "X-Precedence", "Mailing-List", "X-Mailing-List",
	"List-Id", "List-Post", "List-Help", "List-Archive", "List-Subscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Owner",
	"X-BeenThere", "X-Mailman-Version", "X-Listserver", "X-ML-Name", "X-Google-Group-Id",
}

// parse reads a mail as its author sent it.
func (s *Settings) parse(m ticket.Mail, raw []byte) (*mailparse.Message, author) {
	var env mailparse.Envelope
	if !m.Envelope.Unknown {
		env.ReversePath = &m.Envelope.ReversePath
	}
	msg := mailparse.Parse(raw, env)
	if from, is := s.behindGroup(msg); is {
		return reread(msg, raw, env, from, listMarks), behindGroup
	}
	from, answerable, is := s.behindSender(msg)
	if !is {
		return msg, inFrom
	}
	read := reread(msg, raw, env, from, []string{"From", "Sender", "Return-Path"})
	if !answerable {
		read.Class, read.ClassReason, read.Silence = msg.Class, msg.ClassReason, max(msg.Silence, read.Silence)
	}
	return read, behindSender
}

// reread parses a mail with another From and without some fields. Its Header
// stays as it came.
func reread(msg *mailparse.Message, raw []byte, env mailparse.Envelope, from mailparse.Address, without []string) *mailparse.Message {
	if env.ReversePath != nil && *env.ReversePath != "" {
		env.ReversePath = &from.Address
	}
	read := mailparse.Parse(withoutFields(raw, without, "From: <"+from.Address+">\r\n"), env)
	read.Header, read.From, read.FromShown, read.Writer = msg.Header, from, from, from
	return read
}

// withoutFields returns a mail without some fields of its header, and with a first
// line before them.
func withoutFields(raw []byte, names []string, first string) []byte {
	var out bytes.Buffer
	out.Grow(len(raw) + len(first))
	out.WriteString(first)
	dropped := false
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		if len(bytes.TrimRight(line, "\r")) == 0 {
			break
		}
		if folded := line[0] == ' ' || line[0] == '\t'; !folded {
			name, _, _ := bytes.Cut(line, []byte(":"))
			dropped = slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, string(bytes.TrimSpace(name))) })
		}
		if !dropped {
			out.Write(raw[:len(raw)-len(rest)])
		}
		raw = rest
	}
	out.Write(raw)
	return out.Bytes()
}

// behindGroup returns the author of a mail that came through a group that is the
// desk's own address, or that the admin lists for one.
func (s *Settings) behindGroup(msg *mailparse.Message) (mailparse.Address, bool) {
	marked := slices.ContainsFunc([]string{"List-Id", "List-Post", "Mailing-List", "X-Google-Group-Id"}, func(name string) bool { return msg.Header.Get(name) != "" })
	of := func(address string) bool { return s.isGroup(address) || marked && s.isOurs(address) }
	through := of(msg.From.Address)
	for _, field := range []string{"Sender", "X-Loop", "Delivered-To", "X-BeenThere"} {
		for _, value := range msg.Header.All(field) {
			a, err := mailparse.ParseIdentity([]string{value})
			through = through || err == nil && of(a.Address) && (field == "Sender" || s.posts(msg, a.Address))
		}
	}
	if !through || msg.From.Address == "" {
		return mailparse.Address{}, false
	}
	if !of(msg.From.Address) {
		return msg.From, true
	}
	for _, field := range []string{"X-Original-From", "Reply-To", "X-Original-Sender"} {
		a, err := mailparse.ParseIdentity(msg.Header.All(field))
		if err == nil && !s.isOurs(a.Address) && !s.isGroup(a.Address) {
			return a, true
		}
	}
	return mailparse.Address{}, false
}

// posts reports whether a mail says that one writes to its list at an address.
func (s *Settings) posts(msg *mailparse.Message, address string) bool {
	return slices.ContainsFunc([]string{"List-Post", "Mailing-List"}, func(name string) bool {
		return strings.Contains(strings.ToLower(msg.Header.Get(name)), strings.ToLower(address))
	})
}

// behindSender returns who stands in Reply-To where nobody can be answered in From:
// it is an address that reads nothing, or one of the house that sends what somebody
// outside filled in. answerable is whether the author may be written to by
// ourselves: a robot of somebody else may read Reply-To itself.
func (s *Settings) behindSender(msg *mailparse.Message) (a mailparse.Address, answerable, is bool) {
	from := msg.From.Address
	a, one := s.oneReplyTo(msg)
	if !one || from == "" || len(msg.InReplyTo)+len(msg.References) > 0 {
		return a, false, false
	}
	if _, agent := s.AgentAt(from); agent {
		return a, false, false
	}
	if s.ofHouse(from) && !s.ofHouse(a.Address) {
		return a, true, true
	}
	return a, false, msg.ClassReason == noReplySender
}

// noReplySender is the rule of mailparse for senders that read nothing.
const noReplySender = "no-reply"

// oneReplyTo returns the one address in Reply-To, if there is one, and it is
// somebody outside who did not send the mail.
func (s *Settings) oneReplyTo(msg *mailparse.Message) (mailparse.Address, bool) {
	a, err := mailparse.ParseIdentity(msg.Header.All("Reply-To"))
	if err != nil || s.isOurs(a.Address) || s.isGroup(a.Address) || sameAddress(a.Address, msg.From.Address) {
		return mailparse.Address{}, false
	}
	_, agent := s.AgentAt(a.Address)
	return a, !agent
}

// isOurs reports whether an address is one of the desk's own.
func (s *Settings) isOurs(address string) bool {
	_, ours := s.addressFor(address)
	return ours || s.official(address) || s.isControl(address)
}

// isGroup reports whether an address is that of a group that the admin lists.
func (s *Settings) isGroup(address string) bool {
	return address != "" && slices.ContainsFunc(s.Addresses, func(a Address) bool {
		return slices.ContainsFunc(a.Groups, func(g string) bool { return sameAddress(g, address) })
	})
}

// readReplyTo makes the one in Reply-To the author of the mail, as a rule of the
// admin says. Where only its sender made the mail a machine's, it may be answered.
func (h *handling) readReplyTo() {
	a, one := h.set.oneReplyTo(h.msg)
	if !one || h.author != inFrom {
		return
	}
	msg := *h.msg
	msg.From, msg.FromShown, msg.Writer = a, a, a
	if msg.Class == mailparse.AutoGenerated && msg.Silence == mailparse.Soft {
		msg.Class, msg.ClassReason, msg.Silence = mailparse.Person, "", mailparse.Answerable
	}
	h.msg, h.author = &msg, behindSender
}
