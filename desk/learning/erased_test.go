package learning

import (
	"reflect"
	"testing"
	"time"

	"maildesk/learn"
	"maildesk/ticket"
)

// oneTicket is a history of one ticket.
type oneTicket struct {
	ticket.Reader
	of     ticket.Ticket
	text   string
	events []ticket.Event
}

func (o oneTicket) Ticket(ticket.ID) (ticket.Ticket, error) { return o.of, nil }

func (o oneTicket) Events(ticket.ID, ...ticket.EventKind) ([]ticket.Event, error) {
	return o.events, nil
}

func (o oneTicket) Correspondence(ticket.ID) ([]ticket.Entry, error) {
	return []ticket.Entry{{Kind: ticket.EntryMessage, Text: o.text}}, nil
}

// TestErased: from what an erasure left of a request is learnt, and never from what stands in
// the place of the rest.
func TestErased(t *testing.T) {
	moved := ticket.Event{ID: 2, Kind: ticket.EventCategory, Actor: "alice", To: "network", At: time.Unix(100, 0)}
	for _, tt := range []struct {
		name string
		of   ticket.Ticket
		text string
		want learn.Text
		none bool
	}{
		{"whole", ticket.Ticket{Subject: "VPN", Requester: "ana@example.net"}, "It drops.", learn.Text{Subject: "VPN", Body: "It drops.", Domain: "example.net"}, false},
		{"somebody beside it", ticket.Ticket{Subject: "VPN of [erased]", Requester: "ana@example.net"}, "Ask [erased], it drops.", learn.Text{Subject: "VPN of", Body: "Ask  , it drops.", Domain: "example.net"}, false},
		{"its requester", ticket.Ticket{Subject: "[erased]", Requester: "erased-7@erased.invalid"}, "[erased]", learn.Text{}, true},
		{"its requester, but for a text of somebody else", ticket.Ticket{Subject: "[erased]", Requester: "erased-7@erased.invalid"}, "It drops here, too.", learn.Text{Body: "It drops here, too."}, false},
		{"a mail without a word", ticket.Ticket{Requester: "ana@example.net"}, "", learn.Text{Domain: "example.net"}, false},
	} {
		all, text, err := lesson(oneTicket{of: tt.of, text: tt.text, events: []ticket.Event{moved}}, moved)
		if err != nil || !reflect.DeepEqual(text, tt.want) || (len(all) == 0) != tt.none {
			t.Errorf("%s: lesson = %v of %+v, %v, want %+v, none %t", tt.name, all, text, err, tt.want, tt.none)
		}
	}
}
