package dmarc

import (
	"context"
	"strings"
)

// DNS is what is asked of the domain name system. Domains have no dot at the end.
type DNS interface {
	// TXT returns the TXT records at a name, one string each; none where there are
	// none. An error means that nobody knows: it is temporary.
	TXT(ctx context.Context, name string) ([]string, error)
	// Exists reports whether there is a domain.
	Exists(ctx context.Context, domain string) (bool, error)
}

// maxQueries bounds the queries of one walk (RFC 9989 section 4.10).
const maxQueries = 8

// found is a record and the domain that it was found at.
type found struct {
	domain string
	Record
}

// targets returns the domains whose records a walk asks for, in its order: the
// domain itself, then those above it, of which at most seven (RFC 9989 section 4.10).
func targets(domain string) []string {
	labels := strings.Split(domain, ".")
	all := []string{domain}
	for i := max(1, len(labels)-(maxQueries-1)); i < len(labels); i++ {
		all = append(all, strings.Join(labels[i:], "."))
	}
	return all
}

// walk collects the DMARC records of a domain and of those above it, the longest
// name first (RFC 9989 section 4.10). Where a name has several records, none of them
// counts. It ends at a record that says whether its domain is a public suffix.
func walk(ctx context.Context, dns DNS, domain string) (records []found, err error) {
	for _, target := range targets(domain) {
		txts, err := dns.TXT(ctx, "_dmarc."+target)
		if err != nil {
			return nil, err
		}
		var here []Record
		for _, txt := range txts {
			if r, ok := Parse(txt); ok {
				here = append(here, r)
			}
		}
		if len(here) != 1 {
			continue
		}
		records = append(records, found{target, here[0]})
		if here[0].Suffix != SuffixUnknown {
			break
		}
	}
	return records, nil
}

// organization returns the organizational domain of the one at which a walk began
// (RFC 9989 section 4.10.2).
func organization(domain string, records []found) string {
	for _, r := range records {
		switch {
		case r.Suffix == SuffixNo:
			return r.domain
		case r.Suffix == SuffixYes && r.domain != domain:
			below := strings.TrimSuffix(domain, "."+r.domain)
			return below[strings.LastIndexByte(below, '.')+1:] + "." + r.domain
		}
	}
	if len(records) == 0 {
		return domain
	}
	return records[len(records)-1].domain // the fewest labels
}

// policyOf returns the record that applies to mails of a domain (RFC 9989 section
// 4.10.1): its own, that of its organizational domain, or that of the public suffix
// above it.
func policyOf(domain string, records []found) (found, bool) {
	if len(records) == 0 {
		return found{}, false
	}
	if records[0].domain == domain {
		return records[0], true
	}
	org := organization(domain, records)
	for _, r := range records {
		if r.domain == org {
			return r, true
		}
	}
	last := records[len(records)-1]
	return last, last.Suffix == SuffixYes
}
