package signed

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// Bounds of a mail whose signature is verified.
const (
	maxMail      = 32 << 20
	maxOpaque    = 16 << 20 // decoded
	maxSignature = 64 << 10 // decoded, with its certificates
	maxHeader    = 256 << 10
)

// A mail is signed as a whole where its topmost entity is a signature: a multipart/signed of two parts (RFC 1847), or an
// S/MIME message that has the text in it (RFC 8551 section 3.5.2).
type mail struct {
	header    textproto.Header // of the mail
	form      string           // SMIME or OpenPGP
	signature []byte           // decoded
	content   []byte           // what it is made for; nil: it is in the signature
}

var (
	errNoSignature = errors.New("not signed as a whole")
	errParts       = errors.New("not a multipart/signed of two parts")
	errTooLarge    = errors.New("too large")
)

// formOf returns the form of the signature that a mail says it has as a whole, by its header; empty: none.
func formOf(h textproto.Header) (form string, params map[string]string, opaque bool) {
	mediaType, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || len(h.Values("Content-Type")) != 1 {
		return "", nil, false
	}
	switch mediaType {
	case "multipart/signed":
		switch strings.ToLower(params["protocol"]) {
		case "application/pkcs7-signature", "application/x-pkcs7-signature":
			return SMIME, params, false
		case "application/pgp-signature":
			return OpenPGP, params, false
		}
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if kind := strings.ToLower(params["smime-type"]); kind == "signed-data" || kind == "" {
			return SMIME, params, true
		}
	}
	return "", nil, false
}

// Form returns the form of the signature that a mail says it has as a whole; empty: none. It verifies nothing.
func Form(raw []byte) string {
	raw = raw[:min(len(raw), maxHeader)]
	h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return ""
	}
	form, _, _ := formOf(h)
	return form
}

// read takes a mail apart. Its error is errNoSignature where the mail has no signature over all.
func read(raw []byte) (m mail, err error) {
	if len(raw) > maxMail {
		return mail{form: Form(raw)}, errTooLarge
	}
	r := bufio.NewReader(bytes.NewReader(canonical(raw)))
	if m.header, err = textproto.ReadHeader(r); err != nil {
		return m, errNoSignature
	}
	form, params, opaque := formOf(m.header)
	if m.form = form; form == "" {
		return m, errNoSignature
	}
	if opaque {
		m.signature, err = decoded(m.header, r, maxOpaque)
		return m, err
	}
	parts := textproto.NewMultipartReader(r, params["boundary"])
	signed, err := parts.NextPart()
	if err != nil {
		return m, errParts
	}
	var content bytes.Buffer // the bytes as they came: go-message keeps those of a header
	if err := textproto.WriteHeader(&content, signed.Header); err != nil {
		return m, errParts
	}
	if _, err := content.ReadFrom(signed); err != nil {
		return m, errParts
	}
	m.content = content.Bytes()
	signature, err := parts.NextPart()
	if err != nil || !isSignature(form, signature.Header) {
		return m, errParts
	}
	if m.signature, err = decoded(signature.Header, signature, maxSignature); err != nil {
		return m, err
	}
	if _, err := parts.NextPart(); err != io.EOF {
		return m, errParts
	}
	return m, nil
}

// isSignature reports whether a part is the signature of a form.
func isSignature(form string, h textproto.Header) bool {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	switch mediaType {
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return err == nil && form == SMIME
	case "application/pgp-signature":
		return err == nil && form == OpenPGP
	}
	return false
}

// decoded returns a body without its transfer encoding.
func decoded(h textproto.Header, body io.Reader, most int64) ([]byte, error) {
	e, err := message.New(message.Header{Header: h}, body)
	if err != nil && !message.IsUnknownCharset(err) {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(e.Body, most+1))
	if err == nil && int64(len(data)) > most {
		err = errTooLarge
	}
	return data, err
}

// canonical returns a text with CRLF at the end of each line, in which form it is signed (RFC 8551 section 3.1.1, RFC 3156
// section 5), however it came here.
func canonical(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
}
