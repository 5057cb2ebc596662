package signed

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"time"

	"github.com/smallstep/pkcs7"

	"maildesk/ticket"
)

// found is a signature that a pinned key made, or why it is none.
type found struct {
	result  ticket.SignedResult
	detail  string
	key     Key
	at      time.Time // when it was made
	content []byte    // for what
}

func (f found) but(result ticket.SignedResult, detail string) found {
	f.result, f.detail = result, detail
	return f
}

// maxCertificates bounds those that come with a signature. None of them is believed.
const maxCertificates = 32

// hashes are the digests that count, by their object identifiers.
var hashes = map[string]crypto.Hash{
	pkcs7.OIDDigestAlgorithmSHA256.String(): crypto.SHA256,
	pkcs7.OIDDigestAlgorithmSHA384.String(): crypto.SHA384,
	pkcs7.OIDDigestAlgorithmSHA512.String(): crypto.SHA512,
}

func strong(h crypto.Hash) bool {
	switch h {
	case crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_512:
		return true
	}
	return false
}

// verifySMIME verifies a CMS signature (RFC 5652 section 5.4) with the certificates that are pinned, not with those that
// came with it. It needs signed attributes: the time, and with them what was signed cannot be taken for attributes (RFC 8933).
func verifySMIME(keys []Key, m mail, now time.Time) (f found) {
	if guardBER(m.signature) != nil {
		return f.but(ticket.SignedUnreadable, errTooMuch.Error())
	}
	p7, err := pkcs7.Parse(m.signature)
	if err != nil {
		return f.but(ticket.SignedUnreadable, err.Error())
	}
	if len(p7.Signers) != 1 || len(p7.Certificates) > maxCertificates {
		return f.but(ticket.SignedUnreadable, fmt.Sprintf("%d signatures with %d certificates", len(p7.Signers), len(p7.Certificates)))
	}
	if f.content = m.content; m.content == nil {
		f.content = p7.Content
	}
	if p7.Content = f.content; len(p7.Content) == 0 {
		return f.but(ticket.SignedUnreadable, "nothing is signed")
	}
	for _, k := range keys {
		if k.Form != SMIME {
			continue
		}
		if p7.Certificates = []*x509.Certificate{k.certificate}; p7.GetOnlySigner() != nil {
			f.key = k
			return verifyWith(p7, f, now)
		}
	}
	return f.but(ticket.SignedUnknownKey, "")
}

// verifyWith verifies it with the certificate that it names, which is pinned.
func verifyWith(p7 *pkcs7.PKCS7, f found, now time.Time) found {
	var contentType asn1.ObjectIdentifier
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &contentType) != nil || !contentType.Equal(pkcs7.OIDData) {
		return f.but(ticket.SignedUnreadable, "no mail is signed")
	}
	if _, counts := hashes[p7.Signers[0].DigestAlgorithm.Algorithm.String()]; !counts {
		return f.but(ticket.SignedWeak, "the digest "+p7.Signers[0].DigestAlgorithm.Algorithm.String())
	}
	if err := p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &f.at); err != nil {
		return f.but(ticket.SignedOtherTime, "it does not say when it was made")
	}
	cert := f.key.certificate
	outside := func(at time.Time) bool { return at.After(cert.NotAfter) || at.Before(cert.NotBefore) }
	if outside(now) || outside(f.at) {
		return f.but(ticket.SignedExpired, fmt.Sprintf("the certificate holds from %s until %s", cert.NotBefore.Format(time.DateOnly), cert.NotAfter.Format(time.DateOnly)))
	}
	if err := p7.VerifyWithChainAtTime(nil, now); err != nil {
		return f.but(ticket.SignedBroken, err.Error())
	}
	return f.but(ticket.SignedHolds, "")
}
