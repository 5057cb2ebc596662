package ticket

import (
	"fmt"
	"strings"
	"time"
)

// Authentication is what the desk's own checks found about who sent a mail, when it was
// handled first. It is kept with the mail, so that the same follows whenever that is
// handled again: the DNS says something else by then.
//
// Results are the words of RFC 8601 section 2.7: pass, fail, none, temperror …; empty
// where there was nothing to check by.
type Authentication struct {
	At         time.Time   `json:"at"` // zero: nothing was checked
	SPF        string      `json:"spf,omitempty"`
	SPFDomain  string      `json:"spf_domain,omitempty"` // of the reverse-path, else of HELO
	DKIM       string      `json:"dkim,omitempty"`       // the best of all signatures
	Signatures []Signature `json:"signatures,omitempty"`
	DMARC      string      `json:"dmarc,omitempty"`
	Policy     string      `json:"policy,omitempty"`    // that the domain in From asks for on a failure: none, quarantine, reject; empty: nothing
	PolicyAt   string      `json:"policy_at,omitempty"` // the domain that says so
	Signer     string      `json:"signer,omitempty"`    // a domain whose signature holds and that is aligned with From (RFC 9989 section 4.4); empty: none
	Fault      string      `json:"fault,omitempty"`     // why something could not be checked
	Signed     *Signed     `json:"signed,omitempty"`    // what the mail's own signature shows; nil: it has none, or no key to compare it with
}

// Senders reports whether it was checked who sent the mail, and not only the mail's own signature.
func (a Authentication) Senders() bool {
	return !a.At.IsZero() && (a.Signed == nil || a.SPF+a.DKIM+a.DMARC+a.Fault != "")
}

// Signature is a DKIM signature of a mail (RFC 6376).
type Signature struct {
	Domain   string `json:"domain"`             // d=
	Selector string `json:"selector,omitempty"` // s=: the key is at selector._domainkey.domain
	Result   string `json:"result"`
	Reason   string `json:"reason,omitempty"` // why it does not hold
}

// Failed reports whether the mail was not sent for the domain in its From field, and
// the owner of that domain does not want such mail.
func (a Authentication) Failed() bool {
	return a.DMARC == "fail" && (a.Policy == "quarantine" || a.Policy == "reject")
}

// Words returns the results in one line.
func (a Authentication) Words() string {
	var all []string
	add := func(method, result, more string) {
		if result == "" {
			return
		}
		if more != "" {
			more = " (" + more + ")"
		}
		all = append(all, method+"="+result+more)
	}
	add("spf", a.SPF, a.SPFDomain)
	var signers []string
	for _, s := range a.Signatures {
		signers = append(signers, s.words(a.DKIM))
	}
	add("dkim", a.DKIM, strings.Join(signers, "; "))
	policy := ""
	if a.Policy != "" {
		policy = fmt.Sprintf("policy %s of %s", a.Policy, a.PolicyAt)
	}
	add("dmarc", a.DMARC, policy)
	if a.Fault != "" {
		all = append(all, a.Fault)
	}
	if a.Signed != nil {
		all = append(all, a.Signed.Words())
	}
	return strings.Join(all, ", ")
}

// words returns the signature, and its result where it is not that of all.
func (s Signature) words(all string) string {
	var words []string
	if who := s.Domain; who != "" && s.Selector != "" {
		words = append(words, who+", selector "+s.Selector)
	} else if who != "" {
		words = append(words, who)
	}
	if s.Result != all && s.Result != "pass" {
		words = append(words, s.Result)
	}
	if s.Reason != "" {
		words = append(words, s.Reason)
	}
	return strings.Join(words, ": ")
}
