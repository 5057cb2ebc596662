package privacy

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"maildesk/addr"
	"maildesk/desk/person"
	"maildesk/durable"
)

// ErasuresFile is the file of the data folder that lists who was erased, so that an older
// backup which is put back does not bring anybody back. It names nobody: an address is a
// hash with a salt of its own, and so is a name that was said to be the person's alone. Whoever has
// the file can tell whether an address or name that they know was erased, and no more.
const ErasuresFile = "erasures"

// erasureRecord is a line of that file.
type erasureRecord struct {
	Erasure int64     `json:"erasure"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Salt    string    `json:"salt"`
	Digest  string    `json:"digest"` // HMAC-SHA256 of the address in lower case

	Names []nameDigest `json:"names,omitempty"` // that were said to be the person's alone
}

// nameDigest is a name of so many words.
type nameDigest struct {
	Words  int    `json:"words"`
	Digest string `json:"digest"` // HMAC-SHA256 of a zero byte and the name, see [person.NameKey]
}

// newErasureRecord returns the record of an erasure that begins.
func newErasureRecord(erasure int64, address, actor string, at time.Time, names ...string) erasureRecord {
	r := erasureRecord{Erasure: erasure, At: at.UTC().Truncate(time.Second), Actor: actor, Salt: rand.Text()}
	r.Digest = digestOf(r.Salt, addr.Key(address))
	for _, name := range names {
		key, words := person.NameKey(name)
		r.Names = append(r.Names, nameDigest{words, digestOf(r.Salt, "\x00"+key)})
	}
	return r
}

func digestOf(salt, text string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// is reports whether a record is of an address.
func (r erasureRecord) is(address string) bool {
	return digestOf(r.Salt, addr.Key(address)) == r.Digest
}

// readErasures reads the list of a data folder; a folder without one has none.
func readErasures(folder string) (all []erasureRecord, err error) {
	path := filepath.Join(folder, ErasuresFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("who was erased: %w", err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		var r erasureRecord
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w; without this list an older backup would bring erased people back: restore the file from the last backup", path, n, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// writeErasures replaces the list, durably.
func writeErasures(folder string, all []erasureRecord) error {
	var text bytes.Buffer
	for _, r := range all {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		text.Write(append(line, '\n'))
	}
	return durable.Replace(filepath.Join(folder, ErasuresFile), text.Bytes())
}

// addErasures adds records to the list of a folder, those that it lacks.
func addErasures(folder string, more []erasureRecord) error {
	all, err := readErasures(folder)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, r := range all {
		known[r.Digest] = true
	}
	n := len(all)
	for _, r := range more {
		if !known[r.Digest] {
			all = append(all, r)
		}
	}
	if len(all) == n {
		return nil
	}
	return writeErasures(folder, all)
}

// TakeErasures adds the list of one folder, such as a backup, to that of another.
func TakeErasures(from, to string) error {
	all, err := readErasures(from)
	if err != nil {
		return err
	}
	return addErasures(to, all)
}
