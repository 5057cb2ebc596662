package order

import (
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// stepMute refuses whoever has the ticket: somebody must hear what its requester writes.
func stepMute(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	if strings.EqualFold(o.After.Assignee, o.Agent.Name) {
		return ticket.Phrase{}, ticket.Say("you have the ticket; #assign NAME or #queue NAME hands it on first")
	}
	o.Mute = ticket.LeftMuted
	return ticket.Say("you hear nothing more of it, unless it is assigned to you or somebody writes @%s; #unmute ends that", o.Agent.Name), nil
}

func stepUnmute(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	o.Mute = ticket.JoinedUnmuted
	return ticket.Say("you hear of it again"), nil
}
