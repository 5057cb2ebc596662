package desk

import (
	"context"
	"time"

	"maildesk/desk/login"
	"maildesk/desk/settings"
)

// SendLogin mails an agent, at one of their addresses, the link by which they log in to the
// page.
func (d *Desk) SendLogin(ctx context.Context, agent settings.Agent, address string, words settings.LoginMail) error {
	return login.Send(ctx, d.Maker, agent, address, words, time.Now())
}
