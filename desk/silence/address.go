package silence

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"maildesk/addr"
)

// Mailbox returns an address as budgets count it: in lower case, without what
// follows a plus (RFC 5233), so that one mailbox has not many names.
func Mailbox(address string) string {
	local, domain, ok := SplitAddress(addr.Key(address))
	if !ok {
		return addr.Key(address)
	}
	if base := BeforePlus(local); base != "" {
		local = base
	}
	return local + "@" + domain
}

// Domain returns the domain of an address as its owner registered it:
// example.co.uk for mail.office.example.co.uk (publicsuffix.org). An address
// literal, and what is no name, stands for itself.
func Domain(address string) string {
	_, domain, _ := SplitAddress(address)
	domain = addr.Domain(strings.TrimSuffix(domain, "."))
	if strings.HasPrefix(domain, "[") {
		return domain // RFC 5321 section 4.1.3
	}
	if own, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return own
	}
	return domain
}

// SplitAddress cuts at the last @.
func SplitAddress(address string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(address, '@')
	if i <= 0 || i == len(address)-1 {
		return "", "", false
	}
	return address[:i], address[i+1:], true
}

// BeforePlus returns the local part without what follows a plus (RFC 5233).
func BeforePlus(local string) string {
	base, _, _ := strings.Cut(local, "+")
	return base
}
