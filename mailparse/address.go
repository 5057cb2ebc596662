package mailparse

import (
	"net/mail"
	"strings"
)

// identity reads the one From field as one mailbox.
func identity(fields []string) (Address, string) {
	if len(fields) != 1 {
		return Address{}, "not exactly one From"
	}
	got, err := mail.ParseAddress(fields[0])
	if err != nil {
		return Address{}, "From is not one mailbox"
	}
	return domainLower(got), ""
}

// addressList reads the mailboxes of a field.
func addressList(raw string) []Address {
	got, err := mail.ParseAddressList(raw)
	if err != nil {
		return nil
	}
	var all []Address
	for _, a := range got {
		all = append(all, domainLower(a))
	}
	return all
}

func domainLower(a *mail.Address) Address {
	at := strings.LastIndexByte(a.Address, '@')
	return Address{Name: a.Name, Address: a.Address[:at] + strings.ToLower(a.Address[at:])}
}
