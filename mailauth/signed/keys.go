package signed

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// The forms of signatures.
const (
	SMIME   = "S/MIME"
	OpenPGP = "OpenPGP"
)

// Key is a public key of a person. The zero value is none.
type Key struct {
	Form    string    // SMIME or OpenPGP
	ID      string    // short, for people: the key id of OpenPGP, the first bytes of the SHA-256 fingerprint of a certificate
	Owner   string    // whose it is, as it says itself
	Expires time.Time // zero: never
	Doubt   string    // what an admin should know of it, empty: nothing

	material    string // the bytes of the public key: the same in a renewed certificate
	certificate *x509.Certificate
	entity      *openpgp.Entity
}

// Same reports whether two keys are the same, be it in different certificates.
func (k Key) Same(other Key) bool { return k.Form == other.Form && k.material == other.material }

// KeyError says why a file is not a key that can be pinned, and what to do.
type KeyError struct{ Reason, Remedy string }

func (e *KeyError) Error() string { return e.Reason }

const (
	maxKeyFile = 1 << 20
	minRSABits = 2048 // RFC 8551 section 4.2
)

// ReadKey reads the one key of a file: a certificate in PEM, or an OpenPGP public key in ASCII armor or binary. Its
// errors are of the type *KeyError.
func ReadKey(data []byte) (Key, error) {
	if len(data) > maxKeyFile {
		return Key{}, &KeyError{"it is too large for a key", "name a file with one certificate or one OpenPGP public key"}
	}
	if bytes.Contains(data, []byte("PRIVATE KEY")) {
		return Key{}, &KeyError{"it holds a private key", "take that off this machine, and export the certificate or the public key alone"}
	}
	if block, rest := pem.Decode(data); block != nil && block.Type == "CERTIFICATE" {
		if next, _ := pem.Decode(rest); next != nil {
			return Key{}, &KeyError{"it holds more than one certificate", "leave the agent's own alone in it: those of authorities are not asked for, and would let them sign for the agent"}
		}
		return readCertificate(block.Bytes)
	}
	return readOpenPGP(data)
}

func readCertificate(der []byte) (Key, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, &KeyError{fmt.Sprintf("its certificate cannot be read: %v", err), "export it again, in PEM (Base64)"}
	}
	switch public := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minRSABits {
			return Key{}, tooWeak(fmt.Sprintf("RSA of %d bits", bits))
		}
	case *ecdsa.PublicKey:
		if bits := public.Params().BitSize; bits < 256 {
			return Key{}, tooWeak(fmt.Sprintf("a curve of %d bits", bits))
		}
	case ed25519.PublicKey:
		return Key{}, &KeyError{"its key is Ed25519, by which no S/MIME signature can be verified here", "use RSA or ECDSA"}
	default:
		return Key{}, tooWeak(cert.PublicKeyAlgorithm.String())
	}
	sum := sha256.Sum256(cert.Raw)
	k := Key{Form: SMIME, ID: strings.ToUpper(hex.EncodeToString(sum[:8])), Owner: cert.Subject.CommonName, Expires: cert.NotAfter,
		material: string(cert.RawSubjectPublicKeyInfo), certificate: cert}
	if len(cert.EmailAddresses) > 0 {
		k.Owner = cert.EmailAddresses[0]
	}
	switch cert.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		k.Doubt = fmt.Sprintf("it was issued with %v", cert.SignatureAlgorithm)
	}
	return k, nil
}

func tooWeak(what string) error {
	return &KeyError{"its key is too weak: " + what, fmt.Sprintf("make one of at least RSA %d bits or ECDSA P-256", minRSABits)}
}

func readOpenPGP(data []byte) (Key, error) {
	none := &KeyError{"it holds neither a certificate in PEM nor an OpenPGP public key", `export one of them, as by "gpg --armor --export bob@example.org"`}
	entities, err := readKeyRing(data)
	switch {
	case err != nil || len(entities) == 0:
		return Key{}, none
	case len(entities) > 1:
		return Key{}, &KeyError{fmt.Sprintf("it holds %d OpenPGP keys", len(entities)), "name each in a file of its own"}
	case entities[0].PrivateKey != nil:
		return Key{}, &KeyError{"it holds a private key", "take that off this machine, and export the public key alone"}
	}
	e := entities[0]
	for _, public := range signers(e) {
		switch public.PubKeyAlgo {
		case packet.PubKeyAlgoDSA, packet.PubKeyAlgoElGamal:
			return Key{}, tooWeak("DSA")
		}
		if bits, err := public.BitLength(); isRSA(public) && (err != nil || bits < minRSABits) {
			return Key{}, tooWeak(fmt.Sprintf("RSA of %d bits", bits))
		}
	}
	self, identity := e.PrimarySelfSignature()
	if self == nil {
		return Key{}, &KeyError{"its OpenPGP key has no name or other signature of its own that holds", "export the whole key"}
	}
	k := Key{Form: OpenPGP, ID: e.PrimaryKey.KeyIdString(), material: string(e.PrimaryKey.Fingerprint), entity: e}
	if identity != nil {
		k.Owner = identity.Name
	}
	if life := self.KeyLifetimeSecs; life != nil && *life != 0 {
		k.Expires = e.PrimaryKey.CreationTime.Add(time.Duration(*life) * time.Second)
	}
	if !strong(self.Hash) {
		k.Doubt = fmt.Sprintf("it was made with %v", self.Hash)
	}
	if e.Revoked(time.Now()) {
		k.Doubt = "it was revoked"
	}
	return k, nil
}

// Armored returns an OpenPGP key that was read, in binary, in ASCII armor.
func Armored(key []byte) []byte {
	var b bytes.Buffer
	w, err := armor.Encode(&b, openpgp.PublicKeyType, nil)
	if err == nil {
		_, err = w.Write(key)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}

// readKeyRing reads OpenPGP keys in armor or binary.
func readKeyRing(data []byte) (all openpgp.EntityList, err error) {
	defer func() {
		if p := recover(); p != nil {
			all, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	block, err := armor.Decode(bytes.NewReader(data))
	if err == nil {
		if block.Type != openpgp.PublicKeyType {
			return nil, errors.New("another armor")
		}
		return openpgp.ReadKeyRing(block.Body)
	}
	return openpgp.ReadKeyRing(bytes.NewReader(data))
}

// signers are the keys of an entity that may make signatures.
func signers(e *openpgp.Entity) []*packet.PublicKey {
	all := []*packet.PublicKey{e.PrimaryKey}
	for _, sub := range e.Subkeys {
		if sub.Sig != nil && sub.Sig.FlagsValid && sub.Sig.FlagSign {
			all = append(all, sub.PublicKey)
		}
	}
	return all
}

func isRSA(k *packet.PublicKey) bool {
	return k.PubKeyAlgo == packet.PubKeyAlgoRSA || k.PubKeyAlgo == packet.PubKeyAlgoRSASignOnly || k.PubKeyAlgo == packet.PubKeyAlgoRSAEncryptOnly
}
