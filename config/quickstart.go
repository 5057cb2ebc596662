package config

import (
	_ "embed"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed quickstart.toml
var quickstart string

// Quickstart returns a commented maildesk.toml for a desk with this address and data
// folder. It works as it is: it listens on the loopback interface, and writes what it
// would send to a Maildir.
func Quickstart(address, data string) string {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	agent := "me@" + domain
	if strings.EqualFold(agent, address) {
		agent = "you@" + domain
	}
	return strings.NewReplacer(
		"{{DATA}}", strconv.Quote(data),
		"{{MAILDIR}}", filepath.ToSlash(filepath.Join(data, "outgoing")),
		"{{NAME}}", strconv.Quote(domain),
		"{{DOMAIN}}", domain,
		"{{HOSTNAME}}", strconv.Quote("desk."+domain),
		"{{ADDRESS}}", strconv.Quote(address),
		"{{AGENT}}", strconv.Quote(agent),
	).Replace(quickstart)
}

// FirstWriter returns an address from which the first mail to a desk at address can
// be written: not that of its agent.
func FirstWriter(address string) string {
	return "visitor@" + strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
