package config

import (
	"fmt"
	"slices"

	"maildesk/addr"
)

// readApprover reads an [[approver]].
func (l *loader) readApprover(t *table) {
	a := Approver{
		Mail:   t.needed("mail", `add mail = "boss@example.net"`),
		Deputy: t.needed("deputy", `add deputy = "vice@example.net": who is asked in their place`),
	}
	t.done()
	if a.Mail == "" || a.Deputy == "" {
		return
	}
	a.Mail, a.Deputy = t.wantAddress("mail", -1, a.Mail), t.wantAddress("deputy", -1, a.Deputy)
	if addr.Same(a.Mail, a.Deputy) {
		t.mistake("deputy", fmt.Sprintf("%s is their own deputy", a.Mail), "name somebody else")
	}
	if slices.ContainsFunc(l.config.Approvers, func(other Approver) bool { return addr.Same(a.Mail, other.Mail) }) {
		t.mistake("mail", fmt.Sprintf("there are two approvers with the address %s", a.Mail), "write one block for each")
	}
	l.config.Approvers = append(l.config.Approvers, a)
}
