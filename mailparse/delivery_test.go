package mailparse

import (
	"slices"
	"testing"
)

func TestDeliveryOf(t *testing.T) {
	null, ana := "", "ana@example.net"
	for _, tt := range []struct {
		name, header string
		reverse      *string
		recipients   []string
		addressed    []string
	}{
		{"Postfix", "Return-Path: <ana@example.net>\r\nX-Original-To: sales@example.org\r\nDelivered-To: support@example.org\r\nReceived: by mx\r\nTo: all@example.net\r\n",
			&ana, []string{"sales@example.org", "support@example.org"}, []string{"all@example.net"}},
		{"Exim", "Return-path: <ana@example.net>\r\nEnvelope-to: support+t1@example.org\r\nDelivery-date: x\r\nReceived: by mx\r\n", &ana, []string{"support+t1@example.org"}, nil},
		{"Gmail: Return-Path lower down", "Delivered-To: support@example.org\r\nReceived: by a\r\nReturn-Path: <ana@example.net>\r\nReceived: by b\r\n", &ana, []string{"support@example.org"}, nil},
		{"a bounce", "Return-Path: <>\r\nReceived: by mx\r\n", &null, nil, nil},
		{"the topmost counts", "Return-Path: <>\r\nReceived: by mx\r\nReturn-Path: <ana@example.net>\r\n", &null, nil, nil},
		{"written by the sender, below Received", "Received: by mx\r\nDelivered-To: sales@example.org\r\nTo: support@example.org\r\nCc: Sales <sales@example.org>, x@example.net\r\n",
			nil, nil, []string{"support@example.org", "sales@example.org", "x@example.net"}},
		{"no server wrote anything", "Delivered-To: sales@example.org\r\nTo: support@example.org\r\n", nil, nil, []string{"support@example.org"}},
	} {
		d := DeliveryOf([]byte(tt.header + "\r\nbody\r\n"))
		if (d.ReversePath == nil) != (tt.reverse == nil) || d.ReversePath != nil && *d.ReversePath != *tt.reverse {
			t.Errorf("%s: ReversePath = %v, want %v", tt.name, d.ReversePath, tt.reverse)
		}
		if !slices.Equal(d.Recipients, tt.recipients) {
			t.Errorf("%s: Recipients = %v, want %v", tt.name, d.Recipients, tt.recipients)
		}
		if !slices.Equal(d.Addressed, tt.addressed) {
			t.Errorf("%s: Addressed = %v, want %v", tt.name, d.Addressed, tt.addressed)
		}
	}
}
