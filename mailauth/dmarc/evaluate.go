// Package dmarc judges by RFC 9989 whether a mail comes from the domain in its From
// field: it finds the domain's policy and its organizational domain by the DNS tree
// walk, without a list of public suffixes, and compares them with what SPF and DKIM
// have authenticated. It asks the DNS by an interface and knows no mail.
//
// The entry point is [Evaluate].
package dmarc

import (
	"context"
	"strings"
)

// Input is what is known of a mail. Domains are in lower case and in their ASCII
// form (RFC 5890 section 2.3.2.1), without a dot at the end.
type Input struct {
	Author string   // the domain in From
	SPF    string   // the domain for which SPF passed; empty: none
	DKIM   []string // the domains (d=) of signatures that verify
	// Unsure are domains that SPF or a signature would have authenticated, had the
	// DNS answered.
	Unsure []string
}

// Value is the result of an evaluation, as in RFC 8601 section 2.7.
type Value string

// The results.
const (
	NoPolicy  Value = "none" // the domain takes no part
	Pass      Value = "pass"
	Fail      Value = "fail"
	TempError Value = "temperror" // the DNS did not answer: nobody knows
)

// Result is what an evaluation finds.
type Result struct {
	Value  Value
	Policy Policy // for mails of the author's domain that fail; empty: none was found
	At     string // the domain that has the record with the policy
	// DKIM is a domain with a signature that is aligned, though there may be no
	// policy; empty: none. SPF likewise.
	DKIM, SPF string
}

// Evaluate judges a mail. A fault of the DNS is never a pass by what it leaves open,
// nor a failure.
func Evaluate(ctx context.Context, dns DNS, in Input) Result {
	e := evaluation{ctx: ctx, dns: dns, in: in, walks: map[string][]found{}}
	return e.run()
}

// evaluation is the work on one mail.
type evaluation struct {
	ctx   context.Context
	dns   DNS
	in    Input
	walks map[string][]found
}

// walk is [walk], done once for a domain.
func (e *evaluation) walk(domain string) ([]found, error) {
	if records, done := e.walks[domain]; done {
		return records, nil
	}
	records, err := walk(e.ctx, e.dns, domain)
	if err == nil {
		e.walks[domain] = records
	}
	return records, err
}

func (e *evaluation) run() Result {
	// Equal domains are aligned whatever the DNS says.
	r := Result{Value: TempError}
	for _, d := range e.in.DKIM {
		if d == e.in.Author {
			r.DKIM = d
		}
	}
	if e.in.SPF == e.in.Author {
		r.SPF = e.in.SPF
	}
	records, err := e.walk(e.in.Author)
	if err != nil {
		return r
	}
	policy, published := policyOf(e.in.Author, records)
	usable := published && !policy.Unusable
	err = e.align(&r, policy.Record)
	if usable {
		r.At, r.Policy = policy.domain, e.policy(policy)
	}
	switch {
	case !usable:
		r.Value = NoPolicy
	case r.DKIM != "" || r.SPF != "":
		r.Value = Pass
	case err != nil:
		r.Value = TempError
	default:
		r.Value = e.failed(policy.Record)
	}
	return r
}

// align looks for identifiers that are aligned in the sense of a record (RFC 9989
// section 4.4), which is the zero one where there is none.
func (e *evaluation) align(r *Result, by Record) (err error) {
	for _, d := range e.in.DKIM {
		if r.DKIM == "" && !by.StrictDKIM {
			same, fault := e.sameOrganization(d)
			if same {
				r.DKIM = d
			}
			err = first(err, fault)
		}
	}
	if r.SPF == "" && e.in.SPF != "" && !by.StrictSPF {
		same, fault := e.sameOrganization(e.in.SPF)
		if same {
			r.SPF = e.in.SPF
		}
		err = first(err, fault)
	}
	return err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// failed returns the result of a mail in which nothing is aligned: a failure, unless
// what the DNS did not answer could have been.
func (e *evaluation) failed(by Record) Value {
	for _, d := range e.in.Unsure {
		if d == e.in.Author {
			return TempError
		}
		if by.StrictDKIM && by.StrictSPF {
			continue
		}
		if same, err := e.sameOrganization(d); same || err != nil {
			return TempError
		}
	}
	return Fail
}

// sameOrganization reports whether a domain has the organizational domain of the
// author's. One that is neither that nor below it cannot have it, so that nobody else's
// DNS is asked: its owner could let the question wait.
func (e *evaluation) sameOrganization(domain string) (bool, error) {
	author, err := e.walk(e.in.Author)
	if err != nil {
		return false, err
	}
	own := organization(e.in.Author, author)
	if domain != own && !strings.HasSuffix(domain, "."+own) {
		return false, nil
	}
	other, err := e.walk(domain)
	if err != nil {
		return false, err
	}
	return own == organization(domain, other), nil
}

// policy returns the policy for mails of the author's domain. Where it depends on
// whether that exists and nobody knows, the domain counts as existing.
func (e *evaluation) policy(at found) Policy {
	below := at.domain != e.in.Author
	exists := true
	if below && at.NonExistent != "" {
		if there, err := e.dns.Exists(e.ctx, e.in.Author); err == nil {
			exists = there
		}
	}
	return at.applied(below, exists)
}
