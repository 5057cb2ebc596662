package control

import (
	"maildesk/desk/command"
	"maildesk/desk/figures"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/settings"
	"maildesk/report"
)

// sendFigures sends an agent the figures of the last week or month, in a mail of its own.
func sendFigures(h *incoming.Handling, agent settings.Agent, arg string) error {
	unit, known := command.Unit(arg)
	if !known {
		return nil
	}
	address, err := notices.ControlAddress(h.Change, agent)
	if err != nil {
		return err
	}
	of := figures.Asked{From: asksFrom(h, agent), ID: h.Msg.MessageID, References: h.Msg.References, Address: address}
	return figures.Answer(h.Change, agent, report.Unit(unit), of)
}
