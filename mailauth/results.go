// Package mailauth reads what the mail servers in front of the desk say of a mail:
// their Authentication-Results (RFC 8601), as far as an admin trusts them.
package mailauth

import (
	"cmp"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/authres"

	"maildesk/mailparse"
)

// Results are those of SPF, DKIM and DMARC (RFC 8601 section 2.7) in lower case,
// empty where nobody checked.
type Results struct {
	SPF, DKIM, DMARC string
	From             string // the domain that the DMARC result is about (header.from), may be empty
}

// Passes reports whether DMARC passed for the domain of an address. A server
// that names no domain speaks of that in the From field (RFC 7489 section 11.2).
func (r Results) Passes(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || r.DMARC != "pass" {
		return false
	}
	of := func(domain string) mailparse.Address { return mailparse.Address{Address: "x@" + domain} }
	return r.From == "" || of(r.From).Same(of(address[at+1:]))
}

// maxFields bounds the Authentication-Results fields that are read of one
// mail: a mail server adds one to four.
const maxFields = 20

// Read returns what the mail servers that an admin trusts, by their authserv-ids,
// say of a mail: the last of them that it passed. Its fields stand in one run, named by their
// authserv-id, in the trace that the house has put above the mail: above all that its author wrote, and
// not below a Received of a server outside, as ours tells; nil: each Received tells of one outside. Whoever writes such a field from outside is expected to lose it
// there (RFC 8601 section 5). What stands below that run says nothing, be it of
// another server of ours: nobody knows who wrote it, so it does not answer what
// the run leaves open. Within the run the topmost word on a method counts; of
// several signatures a good one.
func Read(h mailparse.Header, servers []string, ours func(Hop) bool) Results {
	all, _ := ReadAll(h, servers, ours)
	return all
}

// ReadAll is Read, and returns the server that wrote the fields, empty: none of those
// that are trusted, or it passed the mail on without a word.
func ReadAll(h mailparse.Header, servers []string, ours func(Hop) bool) (Results, string) {
	var all Results
	first := func(have *string, value authres.ResultValue) bool {
		if *have != "" {
			return false
		}
		*have = strings.ToLower(string(value))
		return true
	}
	run, server := topmostRun(h, servers, ours)
	for _, results := range run {
		signed := all.DKIM == ""
		for _, r := range results {
			switch r := r.(type) {
			case *authres.SPFResult:
				first(&all.SPF, r.Value)
			case *authres.DMARCResult:
				if first(&all.DMARC, r.Value) {
					all.From = strings.ToLower(r.From)
				}
			case *authres.DKIMResult:
				if signed && r.Value == authres.ResultPass {
					all.DKIM = authres.ResultPass
				}
				first(&all.DKIM, r.Value)
			}
		}
	}
	return all, server
}

// Or returns the results, and those of another check where these have none.
func (r Results) Or(other Results) Results {
	if r.DMARC == "" {
		r.DMARC, r.From = other.DMARC, other.From
	}
	r.SPF, r.DKIM = cmp.Or(r.SPF, other.SPF), cmp.Or(r.DKIM, other.DKIM)
	return r
}

// topmostRun returns the results of the topmost run of Authentication-Results
// fields that one of the servers wrote, field by field, and that server. A Received field
// ends it, and so do results of another server, results that cannot be read and
// any field that authors write, not servers. Below the second Received of a way from outside
// there is none: it was there when the mail came.
func topmostRun(h mailparse.Header, servers []string, ours func(Hop) bool) (run [][]authres.Result, server string) {
	read, outside := 0, false
	for _, field := range h {
		switch name := strings.ToLower(field.Name); {
		case name == "authentication-results":
		case slices.Contains(authorsFields, name), name == "received" && (server != "" || outside):
			return run, server
		case name == "received":
			outside = ours == nil || !ours(hopOf(field.Value))
			continue
		default:
			continue
		}
		if read++; read > maxFields {
			return run, server
		}
		id, results, err := authres.Parse(plainField(field.Value))
		switch {
		case server != "" && (err != nil || !strings.EqualFold(id, server)):
			return run, server
		case err == nil && slices.ContainsFunc(servers, func(ours string) bool { return strings.EqualFold(ours, id) }):
			server = id
			run = append(run, results)
		}
	}
	return run, server
}

// authorsFields are the fields that authors' programs write (RFC 5322 section
// 3.6, RFC 2045). The results of a server stand above them.
var authorsFields = []string{"from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references",
	"subject", "date", "mime-version", "content-type", "content-transfer-encoding"}

// plainField takes comments (RFC 5322 section 3.2.2) and the content of quoted
// strings off a field: the parser splits at every semicolon, and in both stands
// what strangers wrote.
func plainField(field string) string {
	var b strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range field {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && (quoted || depth > 0):
			escaped = true
		case r == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			if depth--; depth == 0 {
				b.WriteByte(' ')
			}
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
