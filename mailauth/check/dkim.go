package check

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-msgauth/dkim"

	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// Bounds of RSA keys, in bits (RFC 8301 section 3.2). A larger one costs more time than
// a mail is worth.
const (
	minRSA = 1024
	maxRSA = 4096
)

// checkDKIM verifies the topmost signatures of a mail. One with l= never holds: what
// stands behind its length could be anybody's (RFC 6376 section 8.2).
func checkDKIM(ctx context.Context, dns resolver.Lookups, raw []byte, a *ticket.Authentication) {
	signatures, tooMuch := signaturesOf(raw)
	defer func() { a.DKIM = best(a.Signatures) }()
	if tooMuch != "" {
		for _, s := range signatures {
			a.Signatures = append(a.Signatures, ticket.Signature{Domain: ascii(s.domain), Selector: ascii(s.selector), Result: "permerror", Reason: tooMuch})
		}
		return
	}
	keys := keys{strict: map[string]bool{}, signatures: signatures}
	// The error says that there are more signatures, or that the header has no end and
	// nothing is signed.
	verified, _ := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT:        func(name string) ([]string, error) { return keys.lookup(ctx, dns, name) },
	})
	for i, v := range verified {
		s := ticket.Signature{Domain: ascii(v.Domain), Selector: ascii(signatures[i].selector), Result: "pass"}
		why := v.Err
		switch {
		case why == nil && s.Domain == "":
			s.Result, s.Reason = "permerror", "d= names no domain"
		case why == nil && keys.strict[signatures[i].key()] && !strings.HasSuffix(strings.ToLower(v.Identifier), "@"+strings.ToLower(v.Domain)):
			s.Result, s.Reason = "permerror", "the key is not for subdomains (t=s)" // RFC 6376 section 3.6.1
		case why == nil:
		case dkim.IsTempFail(why):
			s.Result, a.Fault = "temperror", fault(why)
		case dkim.IsPermFail(why):
			s.Result = "permerror"
		default:
			s.Result = "fail"
		}
		if why != nil {
			s.Reason = strings.TrimPrefix(strings.Join(strings.Fields(why.Error()), " "), "dkim: ")
		}
		a.Signatures = append(a.Signatures, s)
	}
}

// best returns the result of a mail by those of its signatures.
func best(all []ticket.Signature) string {
	for _, result := range []string{"pass", "temperror", "fail", "permerror"} {
		if slices.ContainsFunc(all, func(s ticket.Signature) bool { return s.Result == result }) {
			return result
		}
	}
	return "none"
}

// keys looks up the keys of signatures, and refuses what the library would take. Its
// methods are called by several goroutines of the library.
type keys struct {
	signatures []signature
	mu         sync.Mutex
	strict     map[string]bool // names of keys that are for no subdomain
}

// lookup returns the records with a key. An error for good says why it is none.
func (k *keys) lookup(ctx context.Context, dns resolver.Lookups, name string) ([]string, error) {
	if slices.ContainsFunc(k.signatures, func(s signature) bool { return s.key() == name && s.fields > maxSignedFields }) {
		return nil, &net.DNSError{Err: "the signature names too many fields", Name: ascii(name)}
	}
	txts, err := dns.LookupTXT(ctx, ascii(name))
	if err != nil || len(txts) != 1 {
		return txts, err
	}
	tags := tagsOf(txts[0])
	for flag := range strings.SplitSeq(tags["t"], ":") {
		switch flag {
		case "y": // RFC 6376 section 3.6.1: as if the mail were not signed
			return nil, &net.DNSError{Err: "the domain only tests its key (t=y)", Name: ascii(name)}
		case "s":
			k.mu.Lock()
			k.strict[name] = true
			k.mu.Unlock()
		}
	}
	if bits := rsaBits(tags["p"]); bits > 0 && (bits < minRSA || bits > maxRSA) {
		return nil, &net.DNSError{Err: "the key is too short or too long", Name: ascii(name)}
	}
	return txts, nil
}

// rsaBits returns the size of an RSA key; 0: it is none.
func rsaBits(p string) int {
	der, err := base64.StdEncoding.DecodeString(p)
	if err != nil || len(der) < 60 { // an ed25519 key has 32 bytes
		return 0
	}
	if pub, err := x509.ParsePKIXPublicKey(der); err == nil {
		if key, ok := pub.(*rsa.PublicKey); ok {
			return key.N.BitLen()
		}
		return 0
	}
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return key.N.BitLen()
	}
	return 0
}
