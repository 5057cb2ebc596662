package dmarc

import (
	"net/url"
	"strings"
)

// Policy is what a domain's owner asks for mails that fail (RFC 9989 section 4.7).
type Policy string

// The policies, weakest first.
const (
	None       Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// Suffix says whether a domain is a public suffix: the tag psd.
type Suffix byte

// The values of psd.
const (
	SuffixUnknown Suffix = 'u'
	SuffixYes     Suffix = 'y'
	SuffixNo      Suffix = 'n'
)

// Record is a DMARC policy record, as far as it says how a mail is judged.
type Record struct {
	Policy      Policy // p
	Subdomain   Policy // sp, of existing domains below; empty: Policy
	NonExistent Policy // np, of domains below that do not exist; empty: Subdomain
	StrictDKIM  bool   // adkim=s
	StrictSPF   bool   // aspf=s
	Testing     bool   // t=y: each policy counts as the next weaker one
	Suffix      Suffix
	// Unusable: a policy in it is not one, and nobody is named to report that
	// to. DMARC then does not apply to mails of the domain.
	Unusable bool
}

// maxRecord bounds the records that are read, in bytes. A sound one has a tenth of it.
const maxRecord = 4096

// Parse reads a TXT record. ok is false for one that is no DMARC record: v=DMARC1
// does not stand first in it. Unknown tags are ignored, and values that are not in
// the grammar count as absent, but for those of the policies (RFC 9989 sections 4.7
// and 4.10.1). Of a tag that stands twice the first counts.
func Parse(txt string) (r Record, ok bool) {
	if len(txt) > maxRecord {
		return Record{}, false
	}
	tags, ok := parseTags(txt)
	if !ok {
		return Record{}, false
	}
	r = Record{Policy: None, Suffix: SuffixUnknown}
	sound := true
	for tag, into := range map[string]*Policy{"p": &r.Policy, "sp": &r.Subdomain, "np": &r.NonExistent} {
		value, written := tags[tag]
		switch p := Policy(strings.ToLower(value)); {
		case !written:
		case p == None || p == Quarantine || p == Reject:
			*into = p
		default:
			sound = false
		}
	}
	if !sound {
		r.Policy, r.Subdomain, r.NonExistent = None, "", ""
		r.Unusable = !hasURI(tags["rua"])
	}
	r.StrictDKIM = strings.EqualFold(tags["adkim"], "s")
	r.StrictSPF = strings.EqualFold(tags["aspf"], "s")
	r.Testing = strings.EqualFold(tags["t"], "y")
	switch strings.ToLower(tags["psd"]) {
	case "y":
		r.Suffix = SuffixYes
	case "n":
		r.Suffix = SuffixNo
	}
	return r, true
}

// parseTags splits a record into its tags, by their names in lower case.
func parseTags(txt string) (map[string]string, bool) {
	tags := map[string]string{}
	for i, part := range strings.Split(txt, ";") {
		name, value, found := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.Trim(name, " \t")), strings.Trim(value, " \t")
		if i == 0 && (!found || name != "v" || value != "DMARC1") {
			return nil, false
		}
		if _, twice := tags[name]; found && !twice {
			tags[name] = value
		}
	}
	return tags, true
}

// hasURI reports whether a list of reporting addresses has one that could be used.
func hasURI(list string) bool {
	for _, one := range strings.Split(list, ",") {
		if u, err := url.Parse(strings.Trim(one, " \t")); err == nil && u.Scheme != "" && (u.Opaque != "" || u.Host != "") {
			return true
		}
	}
	return false
}

// weaker returns the policy one level below (RFC 9989 section 4.7, tag t).
func (p Policy) weaker() Policy {
	if p == Reject {
		return Quarantine
	}
	return None
}

// applied returns the policy for a mail of the record's own domain, or of one below.
func (r Record) applied(below, exists bool) Policy {
	p := r.Policy
	if below && r.Subdomain != "" {
		p = r.Subdomain
	}
	if below && !exists && r.NonExistent != "" {
		p = r.NonExistent
	}
	if r.Testing {
		p = p.weaker()
	}
	return p
}
