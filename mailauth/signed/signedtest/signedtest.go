// Package signedtest signs mails by S/MIME and OpenPGP, with keys that it makes. It is for tests only, and panics where
// something goes wrong.
package signedtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/smallstep/pkcs7"

	"maildesk/mailauth/signed"
)

// Signer is somebody with a key.
type Signer struct {
	File        []byte     // the public key, as an admin has it
	Key         signed.Key // the same, read
	certificate *x509.Certificate
	private     crypto.Signer
	entity      *openpgp.Entity
}

// SMIME makes a signer with a certificate, which holds from 1999 until a time.
func SMIME(address string, until time.Time) *Signer {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return Certified(address, private, until)
}

// Certified is SMIME, with a key that was made elsewhere.
func Certified(address string, private crypto.Signer, until time.Time) *Signer {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: address}, EmailAddresses: []string{address},
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	s := &Signer{private: private, File: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	if s.certificate, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	s.Key, _ = signed.ReadKey(s.File) // a weak one is not read
	return s
}

// OpenPGP makes a signer with a key of a time, which is good for a life; 0: for ever.
func OpenPGP(address string, made time.Time, life time.Duration) *Signer {
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return made }, KeyLifetimeSecs: uint32(life / time.Second)}
	e, err := openpgp.NewEntity(address, "", address, config)
	if err != nil {
		panic(err)
	}
	s := &Signer{entity: e}
	var b bytes.Buffer
	w, err := armor.Encode(&b, openpgp.PublicKeyType, nil)
	if err != nil {
		panic(err)
	}
	if err := e.Serialize(w); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	s.File = b.Bytes()
	if s.Key, err = signed.ReadKey(s.File); err != nil {
		panic(err)
	}
	return s
}

// Binary returns an OpenPGP key in binary that is armored.
func Binary(armored []byte) []byte {
	block, err := armor.Decode(bytes.NewReader(armored))
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(block.Body)
	if err != nil {
		panic(err)
	}
	return data
}

// Mail returns a mail with a header, whose lines end as LF, and one text, signed as a whole: now, where the signer has a
// certificate (the library takes no other time), else at a time.
func (s *Signer) Mail(header, text string, at time.Time) []byte {
	return s.Wrapped(header, "Content-Type: text/plain; charset=utf-8\n\n"+text, at)
}

// Wrapped is Mail of an entity of any kind: its header, an empty line and its body.
func (s *Signer) Wrapped(header, entity string, at time.Time) []byte {
	entity = crlf(entity)
	if s.entity != nil {
		var b bytes.Buffer
		config := &packet.Config{Time: func() time.Time { return at }}
		if err := openpgp.ArmoredDetachSign(&b, s.entity, strings.NewReader(entity), config); err != nil {
			panic(err)
		}
		return multipart(header, entity, "application/pgp-signature", "pgp-sha256", "Content-Type: application/pgp-signature; name=signature.asc\n\n"+b.String()+"\n")
	}
	return multipart(header, entity, "application/pkcs7-signature", "sha-256", "Content-Type: application/pkcs7-signature; name=smime.p7s\n"+
		"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7s\n\n"+base64Lines(s.CMS(entity, true, pkcs7.OIDDigestAlgorithmSHA256.String())))
}

// Opaque is Mail where the signature has the text in it.
func (s *Signer) Opaque(header, text string) []byte {
	return []byte(crlf(header + "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" +
		base64Lines(s.CMS(crlf("Content-Type: text/plain; charset=utf-8\n\n"+text), false, pkcs7.OIDDigestAlgorithmSHA256.String()))))
}

// CMS returns a signature for some bytes, with a digest.
func (s *Signer) CMS(content string, detached bool, digest string) []byte {
	data, err := pkcs7.NewSignedData([]byte(content))
	if err != nil {
		panic(err)
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if digest == pkcs7.OIDDigestAlgorithmSHA1.String() {
		data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA1)
	}
	if err := data.AddSigner(s.certificate, s.private, pkcs7.SignerInfoConfig{}); err != nil {
		panic(err)
	}
	if detached {
		data.Detach()
	}
	der, err := data.Finish()
	if err != nil {
		panic(err)
	}
	return der
}

func multipart(header, entity, protocol, digest, signature string) []byte {
	return []byte(crlf(header + "MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"" + protocol + "\"; micalg=" + digest + "; boundary=sig\n\n" +
		"--sig\n" + entity + "\n--sig\n" + signature + "\n--sig--\n"))
}

func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

func base64Lines(data []byte) string {
	var b strings.Builder
	text := base64.StdEncoding.EncodeToString(data)
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return b.String() + text + "\n"
}
