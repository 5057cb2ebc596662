// Package accounts has the passwords of those who submit mail to the desk: a file of
// argon2id hashes (RFC 9106), and the log-ins against it, throttled for each network and
// each account. It knows no mail and no SMTP.
//
// The entry points are [Set], for whoever changes a password, and [Open], for whoever checks it.
package accounts

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"

	"maildesk/durable"
)

// What a new hash costs: OWASP's second choice, with a memory that a small host has.
const (
	costTime   = 2
	costMemory = 19 << 10 // KiB
	costLanes  = 1
	saltBytes  = 16
	hashBytes  = 32
)

// Bounds of the hashes that are checked: a file that somebody else wrote must not take
// the memory of the host.
const (
	mostTime   = 10
	mostMemory = 256 << 10
	mostLanes  = 4
)

// MinPassword is the least length of a password, in bytes.
const MinPassword = 10

// maxPassword bounds what is hashed.
const maxPassword = 1024

// Names returns the accounts of a file, sorted; none where it does not exist.
func Names(path string) ([]string, error) {
	all, err := read(path)
	var names []string
	for _, a := range all {
		names = append(names, a.name)
	}
	slices.Sort(names)
	return names, err
}

// Set writes the password of an account into a file, which it makes (mode 0600) where
// there is none.
func Set(path, name, password string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if len(password) < MinPassword || len(password) > maxPassword {
		return fmt.Errorf("the password must have %d to %d bytes", MinPassword, maxPassword)
	}
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	h := hash{time: costTime, memory: costMemory, lanes: costLanes, salt: salt}
	h.sum = h.of(password, hashBytes)
	all, err := read(path)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(a account) bool { return strings.EqualFold(a.name, name) })
	return write(path, append(all, account{name, h.String()}))
}

// Remove takes an account out of a file, and reports whether it was there.
func Remove(path, name string) (bool, error) {
	all, err := read(path)
	if err != nil {
		return false, err
	}
	n := len(all)
	all = slices.DeleteFunc(all, func(a account) bool { return strings.EqualFold(a.name, name) })
	if len(all) == n {
		return false, nil
	}
	return true, write(path, all)
}

func checkName(name string) error {
	if name == "" || strings.ContainsAny(name, ": \t\r\n") {
		return fmt.Errorf("%q is not a name of an account", name)
	}
	return nil
}

// account is a line of the file.
type account struct{ name, hash string }

// read reads a file. A line is "name:hash"; empty lines and those that begin with # do
// not count.
func read(path string) (all []account, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		name, hash, found := strings.Cut(text, ":")
		if !found {
			return nil, fmt.Errorf("%s:%d: no account; maildesk passwd writes this file", path, n)
		}
		all = append(all, account{name, hash})
	}
	return all, nil
}

func write(path string, all []account) error {
	var b strings.Builder
	for _, a := range all {
		fmt.Fprintf(&b, "%s:%s\n", a.name, a.hash)
	}
	return durable.Replace(path, []byte(b.String()))
}

// hash is an argon2id hash in the PHC string format.
type hash struct {
	time, memory uint32 // passes; KiB
	lanes        uint8
	salt, sum    []byte
}

func (h hash) of(password string, length uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.lanes, length)
}

func (h hash) String() string {
	e := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.lanes, e(h.salt), e(h.sum))
}

// parseHash reads a hash, within bounds.
func parseHash(text string) (h hash, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errors.New("no argon2id hash")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.lanes); err != nil {
		return h, fmt.Errorf("cost of an argon2id hash: %w", err)
	}
	if h.time < 1 || h.time > mostTime || h.memory < 8 || h.memory > mostMemory || h.lanes < 1 || h.lanes > mostLanes {
		return h, fmt.Errorf("an argon2id hash costs too much or nothing: %s", parts[3])
	}
	d := base64.RawStdEncoding.DecodeString
	if h.salt, err = d(parts[4]); err == nil {
		h.sum, err = d(parts[5])
	}
	if err == nil && (len(h.salt) < 8 || len(h.sum) < 16 || len(h.sum) > 64) {
		err = errors.New("an argon2id hash has a length that is none")
	}
	return h, err
}

// matches reports whether a password has a hash, in a time that does not depend on how
// much of it is right.
func (h hash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.of(password, uint32(len(h.sum))), h.sum) == 1
}
