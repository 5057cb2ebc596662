package config

import (
	"fmt"
	"slices"

	"maildesk/addr"
	"maildesk/config/section"
)

// readApprover reads an [[approver]].
func (l *loader) readApprover(t *section.Table) {
	a := Approver{
		Mail:   t.Needed("mail", `add mail = "boss@example.net"`),
		Deputy: t.Needed("deputy", `add deputy = "vice@example.net": who is asked in their place`),
	}
	t.Done()
	if a.Mail == "" || a.Deputy == "" {
		return
	}
	a.Mail, a.Deputy = t.WantAddress("mail", -1, a.Mail), t.WantAddress("deputy", -1, a.Deputy)
	if addr.Same(a.Mail, a.Deputy) {
		t.Mistake("deputy", fmt.Sprintf("%s is their own deputy", a.Mail), "name somebody else")
	}
	if slices.ContainsFunc(l.config.Approvers, func(other Approver) bool { return addr.Same(a.Mail, other.Mail) }) {
		t.Mistake("mail", fmt.Sprintf("there are two approvers with the address %s", a.Mail), "write one block for each")
	}
	l.config.Approvers = append(l.config.Approvers, a)
}
