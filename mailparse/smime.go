package mailparse

import (
	"bytes"
	"errors"
	"strings"

	"maildesk/mailparse/header"
)

// signedContent takes the content out of an opaque S/MIME signature (CMS
// SignedData, RFC 5652 section 5), which mail programs write in BER with pieces
// of unknown length. The signature is not checked.
//
// QUIRK: smallstep/pkcs7 converts BER by recursion without a limit; a few MiB
// of nested pieces overflow the stack and end the process. This reader goes
// only where the content is, and no deeper than maxBER.
func signedContent(ber []byte) ([]byte, error) {
	rest := ber
	// ContentInfo { OID, [0] SignedData { version, algorithms, { OID, [0] content } } }
	for _, step := range []struct {
		tag  byte
		skip int
	}{{0x30, 0}, {0xa0, 1}, {0x30, 0}, {0x30, 2}, {0xa0, 1}} {
		for range step.skip {
			var err error
			if _, rest, err = berElement(rest, 0); err != nil {
				return nil, err
			}
		}
		header, err := readBERHeader(rest)
		if err != nil {
			return nil, err
		}
		if header.tag != step.tag {
			return nil, errors.New("no signed content")
		}
		if inside := rest[header.size:]; bytes.HasPrefix(inside, oidEnveloped) || bytes.HasPrefix(inside, oidAuthEnveloped) {
			return nil, errEncrypted
		}
		rest = rest[header.size:]
	}
	content, _, err := berElement(rest, 0)
	return content, err
}

var (
	oidEnveloped = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03}
	// of RFC 5083 section 2.2, for ciphers that also authenticate
	oidAuthEnveloped = []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17}

	errEncrypted = errors.New("encrypted")
	errBER       = errors.New("broken BER")
)

// maxBER is how deep pieces of an octet string may be nested.
const maxBER = 8

type berHeader struct {
	tag    byte
	size   int // of the header itself
	length int // of the content; -1 when it ends with an end mark
}

// readBERHeader reads tag and length (X.690 section 8.1).
func readBERHeader(b []byte) (berHeader, error) {
	if len(b) < 2 {
		return berHeader{}, errBER
	}
	h := berHeader{tag: b[0], size: 2}
	switch n := int(b[1]); {
	case b[0]&0x1f == 0x1f:
		return h, errBER // tags of several bytes do not occur here
	case n < 0x80:
		h.length = n
	case n == 0x80:
		h.length = -1
	case n-0x80 > 4 || len(b) < 2+n-0x80:
		return h, errBER
	default:
		for _, c := range b[2 : 2+n-0x80] {
			h.length = h.length<<8 | int(c)
		}
		h.size += n - 0x80
	}
	if h.length > len(b)-h.size {
		return h, errBER
	}
	return h, nil
}

// berElement reads one element: its content, joined when it comes in pieces,
// and what follows it.
func berElement(b []byte, depth int) (content, rest []byte, err error) {
	h, err := readBERHeader(b)
	if err != nil || depth > maxBER {
		return nil, nil, errBER
	}
	inner := b[h.size:]
	if h.length >= 0 {
		inner, rest = inner[:h.length], inner[h.length:]
	}
	if h.tag&0x20 == 0 {
		if h.length < 0 {
			return nil, nil, errBER
		}
		return inner, rest, nil
	}
	for {
		if h.length >= 0 && len(inner) == 0 {
			return content, rest, nil
		}
		if h.length < 0 && bytes.HasPrefix(inner, []byte{0, 0}) {
			return content, inner[2:], nil
		}
		var piece []byte
		if piece, inner, err = berElement(inner, depth+1); err != nil {
			return nil, nil, err
		}
		content = append(content, piece...)
	}
}

// openSigned replaces an opaque signature by what was signed, as if it were a
// multipart/signed (RFC 8551 section 3.5).
func (p *part) openSigned(depth int, scratch *bytes.Buffer) {
	content, err := signedContent(p.content)
	switch {
	case errors.Is(err, errEncrypted), err != nil && strings.HasSuffix(strings.ToLower(p.params["smime-type"]), "enveloped-data"):
		p.encrypted = true
		p.problem("encrypted with S/MIME")
		return
	case err != nil:
		p.problem("S/MIME content not readable")
		return
	}
	if guard(content) != "" {
		p.problem("signed content not read: over a limit")
		return
	}
	h, body, _ := header.Read(content)
	p.mediaType = "multipart/signed"
	p.content = nil
	p.children = []*part{readTree(h, body, depth+1, scratch)}
}
