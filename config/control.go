package config

import (
	"strings"

	"maildesk/addr"
)

// noControl ends that agents can ask the desk by mail.
const noControl = "none"

// defaultControl is the local part of the control address.
const defaultControl = "desk"

// control returns the address at which agents ask the desk: what the file says, else
// desk@ at the domain of the first address, unless requests come in there.
func (l *loader) control() string {
	said := l.config.Desk.Control
	switch {
	case said == noControl:
		return ""
	case said != "" || len(l.config.Addresses) == 0:
		return said
	}
	_, domain, found := strings.Cut(l.config.Addresses[0].Mail, "@")
	address := defaultControl + "@" + domain
	if !found || l.isIntake(address) {
		return ""
	}
	return address
}

// isIntake reports whether requests come in at an address.
func (l *loader) isIntake(address string) bool {
	for _, a := range l.config.Addresses {
		if addr.Same(a.Mail, address) {
			return true
		}
	}
	return false
}
