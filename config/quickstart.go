package config

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed quickstart.toml
var quickstart string

// Quickstart gives a commented maildesk.toml for a desk that is written to at
// address. It works as it is: it listens on the loopback, and puts what it
// would send into a Maildir.
func Quickstart(address string) string {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	agent := "me@" + domain
	if strings.EqualFold(agent, address) {
		agent = "you@" + domain
	}
	return strings.NewReplacer(
		"{{NAME}}", strconv.Quote(domain),
		"{{DOMAIN}}", domain,
		"{{HOSTNAME}}", strconv.Quote("desk."+domain),
		"{{ADDRESS}}", strconv.Quote(address),
		"{{AGENT}}", strconv.Quote(agent),
	).Replace(quickstart)
}
