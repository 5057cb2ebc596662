package main

import (
	"errors"
	"strings"

	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// authentication is what is known of who sent a mail. Field names never change.
type authentication struct {
	SPF     string                 `json:"spf"` // of the servers of auth_servers, else of the desk itself; empty: nothing is known
	DKIM    string                 `json:"dkim"`
	DMARC   string                 `json:"dmarc"`
	Checked *ticket.Authentication `json:"checked,omitempty"` // what the desk itself found
}

func authenticationOf(v incoming.Verdict) authentication {
	a := authentication{SPF: v.Auth.SPF, DKIM: v.Auth.DKIM, DMARC: v.Auth.DMARC}
	if !v.Checked.At.IsZero() {
		a.Checked = &v.Checked
	}
	return a
}

// printAuthentication prints what is known of who sent a mail.
func printAuthentication(line func(name, format string, args ...any), v incoming.Verdict) {
	var all []string
	for _, r := range []struct{ method, result string }{{"spf", v.Auth.SPF}, {"dkim", v.Auth.DKIM}, {"dmarc", v.Auth.DMARC}} {
		if r.result != "" {
			all = append(all, r.method+"="+r.result)
		}
	}
	line("Sent by", "%s", strings.Join(all, ", "))
	line("Checked", "%s", v.Checked.Words())
}

// authenticationsOf returns what the desk found of the mails in a correspondence.
func authenticationsOf(r ticket.MailReader, entries []ticket.Entry) (map[ticket.MailID]ticket.Authentication, error) {
	found := map[ticket.MailID]ticket.Authentication{}
	for _, e := range entries {
		if e.Mail == 0 {
			continue
		}
		a, err := r.Authentication(e.Mail)
		if errors.Is(err, ticket.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[e.Mail] = a
	}
	return found, nil
}
