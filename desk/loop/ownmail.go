package loop

import (
	"strings"

	"maildesk/desk/author"
	"maildesk/desk/incoming"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Marks by which a mail is known as one that has gone round.
const (
	loopHops        = "loop-hops"
	loopDeliveredTo = "loop-delivered-to"
)

// OwnMark names the mark by which a mail is one of ours that came back, or one
// that goes round between hosts: it has made its way and is never answered.
func OwnMark(h *incoming.Handling) string {
	if h.Maker.Keys.IsOurs(h.Msg.MessageID) {
		return "own-message-id"
	}
	for _, mark := range h.Msg.Header.All("X-Maildesk-Loop") {
		if mark == h.Set.Hostname {
			return "own-loop-mark"
		}
	}
	if h.Author == author.BehindGroup {
		return goneRound(h) // the other marks are the group's
	}
	for _, mark := range h.Msg.Header.All("X-Loop") {
		if _, ours := h.Set.AddressFor(strings.Trim(mark, "<> ")); ours {
			return "own-loop-mark"
		}
	}
	writers := []string{h.Msg.From.Address}
	if h.Imported() != nil {
		writers = nil // what we sent ourselves may be an answer of those days
	}
	senders := append(h.Msg.Header.All("Sender"), h.Msg.Header.All("Resent-From")...)
	if h.Silent {
		senders = nil // in an old archive that is how colleagues passed mail on
	}
	for _, value := range senders {
		if a, err := mailparse.ParseIdentity([]string{value}); err == nil {
			writers = append(writers, a.Address)
		}
	}
	for _, address := range writers {
		if _, ours := h.Set.AddressFor(address); ours || h.Set.Official(address) {
			return "own-address"
		}
	}
	return goneRound(h)
}

// goneRound names the mark by which a mail was delivered here before. The door
// of SMTP refuses too many hops; what another server or a mailbox holds cannot
// be refused any more.
//
// Delivered-To is written by the last host before a mailbox or a pipe (QUIRK:
// no RFC, a habit of qmail and Postfix), so that there one of our own address
// is in order and two are a loop. On the way to SMTP nobody has delivered yet.
func goneRound(h *incoming.Handling) string {
	source := h.Mail.Envelope.Source
	if source == ticket.SourceImport {
		return ""
	}
	if hops := h.Set.Limits.Hops; hops > 0 && mailparse.Hops(h.Msg.Header) > hops {
		return loopHops
	}
	seen := map[string]int{}
	for _, value := range h.Msg.Header.All("Delivered-To") {
		if a, ours := h.Set.AddressFor(strings.Trim(value, "<> ")); ours {
			seen[a.Mail]++
		}
	}
	mayBe := 0
	if source != ticket.SourceSMTP {
		mayBe = 1
	}
	if h.Author == author.BehindGroup {
		mayBe++ // the group writes one, too
	}
	for _, path := range arrivedFor(h) {
		if seen[path] > mayBe {
			return loopDeliveredTo
		}
	}
	return ""
}

// arrivedFor returns the addresses of ours that this delivery is for; all of them
// where no envelope says it.
func arrivedFor(h *incoming.Handling) []string {
	var all []string
	for _, path := range h.Mail.Envelope.ForwardPaths {
		if a, ok := h.Set.AddressFor(path); ok {
			all = append(all, a.Mail)
		}
	}
	if len(h.Mail.Envelope.ForwardPaths) == 0 {
		for _, a := range h.Set.Addresses {
			all = append(all, a.Mail)
		}
	}
	return all
}
