package desk_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"maildesk/ticket"
)

// TestEncryptedAnswers: nobody gets what the desk cannot read, as an answer without words
// or with armor for a text, and its writer learns why.
func TestEncryptedAnswers(t *testing.T) {
	const armored = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5z1\n=abcd\n-----END PGP MESSAGE-----\n"
	// ContentInfo (RFC 5652 section 3) of id-envelopedData, 1.2.840.113549.1.7.3.
	enveloped := base64.StdEncoding.EncodeToString([]byte{0x30, 0x0f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03, 0xa0, 0x02, 0x30, 0x00})
	// The same of id-ct-authEnvelopedData, 1.2.840.113549.1.9.16.1.23 (RFC 5083 section 2.2).
	authEnveloped := base64.StdEncoding.EncodeToString([]byte{0x30, 0x11, 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17, 0xa0, 0x02, 0x30, 0x00})
	for _, tt := range []struct{ name, fields, body string }{
		{"OpenPGP", "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n",
			"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + armored + "\n--b--\n"},
		{"OpenPGP, below a line of a list", "Content-Type: multipart/mixed; boundary=o\n",
			"--o\n" + plainText + "\nSent by our gateway.\n\n--o\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n" +
				"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream\n\n" + armored + "\n--b--\n--o--\n"},
		{"OpenPGP, by way of Exchange", "Content-Type: multipart/mixed; boundary=b\n",
			"--b\n" + plainText + "\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + armored + "\n--b--\n"},
		{"OpenPGP within the text", plainText, armored},
		{"OpenPGP within the text, below a command", plainText, "#take\n\n" + armored},
		{"S/MIME", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n", enveloped + "\n"},
		{"S/MIME, authenticated", "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n", authEnveloped + "\n"},
		{"S/MIME, damaged", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n", "MIIBgAYJKoZI\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			a := b.asks(0, "The lamp is dark.\n")
			_, gets := a.writes("Re: "+a.notice.msg.Subject, "In-Reply-To: "+a.notice.MessageID+"\nMIME-Version: 1.0\n"+tt.fields, tt.body)
			if gets[a.ana] != "" {
				t.Errorf("the requester gets\n%s", gets[a.ana])
			}
			if !strings.Contains(gets[aliceAt], "encrypted") {
				t.Errorf("alice is told\n%s", gets[aliceAt])
			}
			if got := b.ticket(a.id); got.Assignee != "" || got.Status != ticket.StatusNew {
				t.Errorf("the ticket is %s, of %q", got.Status, got.Assignee)
			}
		})
	}
}
