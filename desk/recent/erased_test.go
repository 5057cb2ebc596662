package recent

import (
	"testing"

	"maildesk/ticket"
)

// TestErased: requests are not alike by what stands in the place of what was erased.
func TestErased(t *testing.T) {
	if got := Request(ticket.Request{Subject: "[erased]", Text: "[erased]"}).Text; got != "" {
		t.Errorf("of an erased request is left %q", got)
	}
	if got := Request(ticket.Request{Subject: "VPN", Text: "It drops."}).Text; got != "VPN\nIt drops." {
		t.Errorf("of a request is left %q", got)
	}
}
