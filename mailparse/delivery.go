package mailparse

import (
	"strings"

	"maildesk/mailparse/address"
	"maildesk/mailparse/header"
)

// Delivery is what the header of a mail that was taken from a mailbox tells of
// the envelope with which it came there. Anybody can write such fields into a
// mail, as anybody can say anything to an SMTP server: it chooses a queue and
// grants nothing.
type Delivery struct {
	// ReversePath is the topmost Return-Path (RFC 5321 section 4.4), nil when
	// there is none.
	ReversePath *string
	// Recipients are the forward-paths that the last server wrote down, above
	// the first Received: what a sender wrote himself stands below it.
	Recipients []string
	// Addressed are the addresses of To and Cc.
	Addressed []string
}

// originalFields are the fields in which servers keep the forward-path: Postfix
// and Exim the one before aliases, then all of them the one after.
var originalFields = []string{"X-Original-To", "Envelope-To", "Delivered-To"}

// DeliveryOf reads the header of a mail.
func DeliveryOf(raw []byte) Delivery {
	h, _, _ := header.Read(raw[:min(len(raw), maxHeaderBytes)])
	var d Delivery
	for _, f := range h {
		if strings.EqualFold(f.Name, "Return-Path") {
			path := strings.Trim(f.Raw, "<> \t")
			d.ReversePath = &path
			break
		}
	}
	trace := h
	for i := range h {
		if strings.EqualFold(h[i].Name, "Received") {
			trace = h[:i]
			break
		}
	}
	if len(trace) < len(h) { // without any Received nobody but the sender can have written them
		for _, name := range originalFields {
			d.Recipients = append(d.Recipients, addresses(trace.AllRaw(name))...)
		}
	}
	d.Addressed = append(addresses(h.AllRaw("To")), addresses(h.AllRaw("Cc"))...)
	return d
}

func addresses(fields []string) []string {
	var all []string
	for _, a := range address.List(strings.Join(fields, ", ")) {
		if len(all) < header.MaxList {
			all = append(all, a.Address)
		}
	}
	return all
}
