package desk

import (
	"strings"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// Marks by which a mail is known as one that has gone round.
const (
	loopHops        = "loop-hops"
	loopDeliveredTo = "loop-delivered-to"
)

// ownMark names the mark by which a mail is one of ours that came back, or one
// that goes round between hosts: it has made its way and is never answered.
func (h *handling) ownMark() string {
	if h.maker.keys.IsOurs(h.msg.MessageID) {
		return "own-message-id"
	}
	for _, mark := range h.msg.Header.All("X-Maildesk-Loop") {
		if mark == h.set.Hostname {
			return "own-loop-mark"
		}
	}
	if h.author == behindGroup {
		return h.goneRound() // the other marks are the group's
	}
	for _, mark := range h.msg.Header.All("X-Loop") {
		if _, ours := h.set.addressFor(strings.Trim(mark, "<> ")); ours {
			return "own-loop-mark"
		}
	}
	writers := []string{h.msg.From.Address}
	if h.imported() != nil {
		writers = nil // what we sent ourselves may be an answer of those days
	}
	senders := append(h.msg.Header.All("Sender"), h.msg.Header.All("Resent-From")...)
	if h.silent {
		senders = nil // in an old archive that is how colleagues passed mail on
	}
	for _, value := range senders {
		if a, err := mailparse.ParseIdentity([]string{value}); err == nil {
			writers = append(writers, a.Address)
		}
	}
	for _, address := range writers {
		if _, ours := h.set.addressFor(address); ours || h.set.official(address) {
			return "own-address"
		}
	}
	return h.goneRound()
}

// goneRound names the mark by which a mail was delivered here before. The door
// of SMTP refuses too many hops; what another server or a mailbox holds cannot
// be refused any more.
//
// Delivered-To is written by the last host before a mailbox or a pipe (QUIRK:
// no RFC, a habit of qmail and Postfix), so that there one of our own address
// is in order and two are a loop. On the way to SMTP nobody has delivered yet.
func (h *handling) goneRound() string {
	source := h.mail.Envelope.Source
	if source == ticket.SourceImport {
		return ""
	}
	if hops := h.set.Limits.Hops; hops > 0 && mailparse.Hops(h.msg.Header) > hops {
		return loopHops
	}
	seen := map[string]int{}
	for _, value := range h.msg.Header.All("Delivered-To") {
		if a, ours := h.set.addressFor(strings.Trim(value, "<> ")); ours {
			seen[a.Mail]++
		}
	}
	mayBe := 0
	if source != ticket.SourceSMTP {
		mayBe = 1
	}
	if h.author == behindGroup {
		mayBe++ // the group writes one, too
	}
	for _, path := range h.arrivedFor() {
		if seen[path] > mayBe {
			return loopDeliveredTo
		}
	}
	return ""
}

// arrivedFor returns the addresses of ours that this delivery is for; all of them
// where no envelope says it.
func (h *handling) arrivedFor() []string {
	var all []string
	for _, path := range h.mail.Envelope.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok {
			all = append(all, a.Mail)
		}
	}
	if len(h.mail.Envelope.ForwardPaths) == 0 {
		for _, a := range h.set.Addresses {
			all = append(all, a.Mail)
		}
	}
	return all
}
