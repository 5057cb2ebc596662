package settings

import (
	"time"

	"maildesk/compose"
)

// LoginMail is what an agent is sent who asks to be let in to the page.
type LoginMail struct {
	Desk   string // its name
	Link   string // which opens the page, once
	Client string // the IP address of who asked
	Within time.Duration
}

// LoginWords writes such a mail in a language, or in English.
type LoginWords interface {
	RenderLogin(m LoginMail, language string) (compose.Words, error)
}
