package author

import (
	"bytes"
	"slices"
	"strings"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// A group of a mail provider, or a form on a web site, sends what somebody wrote
// with an address in From that is not theirs. Such a mail is read as its author
// would have sent it. Nothing proves then that the author wrote it.

// Author says where the address of a mail's author stands.
type Author int

// The places.
const (
	InFrom       Author = iota
	BehindGroup         // in X-Original-From or Reply-To: a group passed the mail on; or in From, if the group left it
	BehindSender        // in Reply-To, or in the text of a form: a form or a robot sent the mail
	BehindAgent         // in a mail that an agent passes on
	Hidden              // nowhere: a list put itself into From, with the author's name alone
)

// listMarks are the fields that a group adds, or by which it would be taken for a
// machine; the mail is read without them.
var listMarks = []string{
	"From", "Sender", "Return-Path", "Delivered-To", "X-Loop", "Precedence", "X-Precedence", "Mailing-List", "X-Mailing-List",
	"List-Id", "List-Post", "List-Help", "List-Archive", "List-Subscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Owner",
	"X-BeenThere", "X-Mailman-Version", "X-Listserver", "X-ML-Name", "X-Google-Group-Id",
}

// groupMarks are fields of which a group writes at least one.
var groupMarks = []string{"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Archive", "List-Owner", "Mailing-List", "X-BeenThere", "X-Google-Group-Id"}

// HasListFields reports whether a header has a field that a mailing list or a group writes.
func HasListFields(h mailparse.Header) bool {
	return slices.ContainsFunc(groupMarks, func(name string) bool { return h.Get(name) != "" })
}

// Parse reads a mail as its author sent it.
func Parse(s *settings.Settings, m ticket.Mail, raw []byte) (*mailparse.Message, Author) {
	var env mailparse.Envelope
	if !m.Envelope.Unknown {
		env.ReversePath = &m.Envelope.ReversePath
	}
	msg := mailparse.Parse(raw, env)
	if m.Envelope.Console() {
		return asTyped(msg), InFrom
	}
	if from, is := behindGroup(s, msg); is {
		return reread(msg, raw, env, from, listMarks), BehindGroup
	}
	from, answerable, is := behindSender(s, env, msg)
	if list, of := Lists(s, msg); !is && of && list.Hides && !s.IsOurs(list.List.Address) {
		return msg, Hidden
	}
	if !is {
		return msg, InFrom
	}
	read := reread(msg, raw, env, from, []string{"From", "Sender", "Return-Path"})
	if !answerable {
		read.Class, read.ClassReason, read.Silence = msg.Class, msg.ClassReason, max(msg.Silence, read.Silence)
		read.Unmarked = msg.Unmarked
		if read.Silence == mailparse.Answerable {
			read.ClassReason, read.Silence = "sent-by-service", mailparse.Soft
		}
	}
	return read, BehindSender
}

// asTyped returns what a command of the program wrote: a person typed all of it, and it answers
// and passes on nothing, whatever its lines look like (a log, a mail that was pasted).
func asTyped(msg *mailparse.Message) *mailparse.Message {
	msg.Reply = strings.Trim(msg.Text, "\n")
	msg.Origin, msg.Signature, msg.Signed, msg.Quoted, msg.Forwarded = mailparse.Own, "", false, "", nil
	msg.Class, msg.ClassReason, msg.Silence = mailparse.Person, "", mailparse.Answerable
	msg.Bounces, msg.ReportedMessageID = nil, ""
	return msg
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

// isGroup reports whether an address is that of a group which passed a mail on: the desk's own,
// if the mail has the marks of a group, or one that the admin lists.
func isGroup(s *settings.Settings, msg *mailparse.Message, address string) bool {
	return s.IsGroup(address) || s.IsOurs(address) && (strings.EqualFold(msg.Header.Get("Precedence"), "list") || HasListFields(msg.Header))
}

// behindGroup returns the author of a mail that came through a group that is the
// desk's own address, or that the admin lists for one.
func behindGroup(s *settings.Settings, msg *mailparse.Message) (mailparse.Address, bool) {
	from := shownFrom(msg.Header)
	if isGroup(s, msg, from.Address) {
		who := readThrough(s, msg, from).Who
		return who, who.Address != ""
	}
	through := false
	for _, field := range []string{"Sender", "X-Loop", "Delivered-To", "X-BeenThere"} {
		for _, value := range msg.Header.All(field) {
			a, err := mailparse.ParseIdentity([]string{value})
			through = through || err == nil && isGroup(s, msg, a.Address) && (field == "Sender" || posts(msg, a.Address))
		}
	}
	return msg.From, through && msg.From.Address != ""
}

// posts reports whether a mail says that one writes to its list at an address.
func posts(msg *mailparse.Message, address string) bool {
	return slices.ContainsFunc([]string{"List-Post", "Mailing-List"}, func(name string) bool {
		before, _, found := strings.Cut(strings.ToLower(msg.Header.Get(name)), strings.ToLower(address))
		return found && (before == "" || strings.ContainsAny(before[len(before)-1:], " <:,;\t"))
	})
}

// behindSender returns who stands in Reply-To where nobody can be answered in From:
// it is an address that reads nothing, that of a mailing list, or one of the house that
// sends what somebody outside filled in; a form may have them in its text alone. answerable
// is whether the author may be written to by ourselves: a robot of somebody else may read
// Reply-To itself.
func behindSender(s *settings.Settings, env mailparse.Envelope, msg *mailparse.Message) (a mailparse.Address, answerable, is bool) {
	from := msg.From.Address
	if list, is := Lists(s, msg); is && list.Who.Address != "" {
		return list.Who, false, true
	}
	a, one := OneReplyTo(s, msg)
	if from == "" {
		return a, false, false
	}
	if !one || mailparse.IsRobot(a.Address) {
		if who, filled := behindForm(s, env, msg); filled {
			return who, s.OfHouse(from) && !s.OfHouse(who.Address), true
		}
	}
	if !one {
		return a, false, false
	}
	if len(msg.InReplyTo)+len(msg.References) > 0 {
		return a, false, false
	}
	if _, agent := s.AgentAt(from); agent && !sentByServer(s, env) {
		return a, false, false
	}
	if s.OfHouse(from) && !s.OfHouse(a.Address) {
		return a, true, true
	}
	return a, false, msg.ClassReason == noReplySender
}

// sentByServer reports whether a mail was handed over in the name of somebody in the house
// who is not an agent: a web server sends the mails of its forms in the name of whoever runs it.
func sentByServer(s *settings.Settings, env mailparse.Envelope) bool {
	if env.ReversePath == nil || *env.ReversePath == "" {
		return false
	}
	_, domain, _ := strings.Cut(*env.ReversePath, "@")
	_, agent := s.AgentAt(*env.ReversePath)
	return !agent && slices.ContainsFunc(s.Addresses, func(a settings.Address) bool {
		_, ours, _ := strings.Cut(a.Mail, "@")
		return strings.EqualFold(domain, ours) || strings.HasSuffix(strings.ToLower(domain), "."+strings.ToLower(ours))
	})
}

// noReplySender is the rule of mailparse for senders that read nothing.
const noReplySender = "no-reply"

// OneReplyTo returns the one address in Reply-To, if there is one, and it is
// somebody outside who did not send the mail. Beside them may stand who sent it, the desk and
// its agents, and addresses that nobody reads.
func OneReplyTo(s *settings.Settings, msg *mailparse.Message) (one mailparse.Address, found bool) {
	for _, shown := range msg.ReplyTo {
		a, err := mailparse.ParseIdentity([]string{shown.Address})
		if err != nil {
			return mailparse.Address{}, false
		}
		_, agent := s.AgentAt(a.Address)
		alone := len(msg.ReplyTo) == 1
		if s.IsOurs(a.Address) || s.IsGroup(a.Address) || settings.SameAddress(a.Address, msg.From.Address) || agent || !alone && mailparse.IsRobot(a.Address) {
			continue
		}
		switch {
		case !found:
			one, found = mailparse.Address{Name: shown.Name, Address: a.Address}, true
		case settings.SameAddress(a.Address, one.Address):
			one.Name = settings.FirstOf(one.Name, shown.Name)
		default:
			return mailparse.Address{}, false
		}
	}
	return one, found
}
