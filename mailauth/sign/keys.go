// Package sign signs the desk's own mail by DKIM (RFC 6376), twice: with ed25519 (RFC
// 8463) and, for those who do not know that, with RSA of 2048 bits. It makes and reads
// the keys, and says which DNS records go with them. It sends nothing.
//
// The entry points are [Create], for whoever makes keys, and [Open], for whoever signs.
package sign

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maildesk/durable"
)

// rsaBits is the size of RSA keys (RFC 8301 section 3.2).
const rsaBits = 2048

// Key is a private key of a domain.
type Key struct {
	Domain   string
	Selector string // RFC 6376 section 3.1
	Signer   crypto.Signer
}

// Name returns the name of the DNS record with the public key.
func (k Key) Name() string { return k.Selector + "._domainkey." + k.Domain }

// Record returns the text of that record (RFC 6376 section 3.6.1).
func (k Key) Record() string {
	if public, ok := k.Signer.Public().(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	}
	der, err := x509.MarshalPKIXPublicKey(k.Signer.Public())
	if err != nil {
		panic(err) // of a key that was made or read here
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

// Zone returns the record as a line of a zone file. A string in one has 255 bytes at
// most (RFC 1035 section 3.3.14).
func (k Key) Zone() string {
	var parts []string
	for text := range slices.Chunk([]byte(k.Record()), 250) {
		parts = append(parts, `"`+string(text)+`"`)
	}
	return fmt.Sprintf("%s. IN TXT ( %s )", k.Name(), strings.Join(parts, " "))
}

// folderOf returns where the keys of a domain are.
func folderOf(folder, domain string) (string, error) {
	domain = strings.ToLower(domain)
	if domain == "" || strings.ContainsAny(domain, `/\`) || strings.HasPrefix(domain, ".") || strings.Contains(domain, "..") {
		return "", fmt.Errorf("%q is not a domain", domain)
	}
	return filepath.Join(folder, domain), nil
}

// maxOneDay bounds the pairs of keys of one day.
const maxOneDay = 9

// selectors returns the beginning of the selectors of a new pair of keys: its day, and from the second of a
// day on its number. The newest comes last in the order of their files.
func selectors(path, day string) (string, error) {
	for n := 1; n <= maxOneDay; n++ {
		begin := "md" + day
		if n > 1 {
			begin += fmt.Sprintf("x%d", n)
		}
		there, err := filepath.Glob(filepath.Join(path, begin+"[er].pem"))
		if err != nil || len(there) == 0 {
			return begin, err
		}
	}
	return "", fmt.Errorf("%d pairs of keys were made today already", maxOneDay)
}

// Create makes two new keys for a domain and returns them. Their selectors say the day,
// so that there can be older ones beside them, also of the same day.
func Create(folder, domain string, now time.Time) ([]Key, error) {
	path, err := folderOf(folder, domain)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	rivest, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, err
	}
	begin, err := selectors(path, now.UTC().Format("20060102"))
	if err != nil {
		return nil, err
	}
	keys := []Key{{strings.ToLower(domain), begin + "e", edwards}, {strings.ToLower(domain), begin + "r", rivest}}
	for _, k := range keys {
		der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
		if err != nil {
			return nil, err
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
		if err := durable.Create(filepath.Join(path, k.Selector+".pem"), text); errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("somebody else makes keys at the same time: %w", err)
		} else if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// Keys returns the keys of a domain, the newest first; none where there are none.
func Keys(folder, domain string) (keys []Key, err error) {
	path, err := folderOf(folder, domain)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(path, "*.pem"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	for _, file := range slices.Backward(files) {
		signer, err := readKey(file)
		if err != nil {
			return nil, err
		}
		keys = append(keys, Key{strings.ToLower(domain), strings.TrimSuffix(filepath.Base(file), ".pem"), signer})
	}
	return keys, nil
}

func readKey(file string) (crypto.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s has no PEM key", file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	switch key := parsed.(type) {
	case ed25519.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		if key.N.BitLen() >= rsaBits {
			return key, nil
		}
		return nil, fmt.Errorf("%s has an RSA key of %d bits, and %d are the least", file, key.N.BitLen(), rsaBits)
	}
	return nil, fmt.Errorf("%s has a key that is neither ed25519 nor RSA", file)
}
