// Package auditanchor keeps in the data folder how long the audit was and its last hash, so that whoever can
// write the database alone cannot shorten the audit, empty it or make it anew unseen. The file has one line for
// each day, and below them an HMAC whose key is derived from the keys of the folder.
//
// More rows than the file knows are fine: it follows the database a little later, and a crash may come between.
// Fewer rows, or another hash at a row, are not. Who can write the folder and read its keys can make the file.
//
// Begin with [New].
package auditanchor

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/durable"
	"maildesk/store"
	"maildesk/threading"
	"maildesk/ticket"
)

// File is the name of the file in the data folder.
const File = "audit.head"

const (
	comment = "# How long the audit was, and its last hash. maildesk keeps this file: see docs/security.md, Security events.\n"
	maxDays = 400 // that are kept
)

// Why the file begins, as a row of the audit tells.
const (
	Anchored = "audit anchored" // there was none
	Accepted = "audit accepted" // an admin said that what does not hold is as it is meant to be
	Restored = "data restored"  // from a backup
	Rebuilt  = "data rebuilt"   // from the journal
	Anew     = "data begun anew"
)

// Kinds are all of these.
var Kinds = []string{Anchored, Accepted, Restored, Rebuilt, Anew}

// BrokenError says that the audit is not what the file says that it was.
type BrokenError struct {
	What   string
	Forged bool // the file itself is not as this desk wrote it, by any of its keys
}

func (e *BrokenError) Error() string {
	return e.What + ". Find out who could write the database or the data folder, and compare with a backup; where it is as it is meant to be, such as after an older copy was put in place: maildesk audit accept"
}

// Anchor is the file of a data folder, and the audit that belongs to it.
type Anchor struct {
	folder string
	db     *store.DB
	watch
}

// New returns the anchor of data that are open.
func New(db *store.DB, folder string) *Anchor { return &Anchor{folder: folder, db: db} }

// head is what the audit was at a time.
type head struct {
	at   time.Time
	rows int64
	hash [32]byte
}

func (h head) String() string {
	return fmt.Sprintf("%s %d %x\n", h.at.UTC().Format(time.RFC3339), h.rows, h.hash)
}

// Verify compares the audit with all that the file says. It returns a *[BrokenError] where something
// does not hold, and an error that wraps [fs.ErrNotExist] where there is no file.
func (a *Anchor) Verify(ctx context.Context) error {
	heads, err := a.read()
	for i := 0; err == nil && i < len(heads); i++ {
		err = a.holds(ctx, heads[:i+1])
	}
	return err
}

// Follow compares the audit with the newest line, and writes down what it is now.
func (a *Anchor) Follow(ctx context.Context) error {
	heads, err := a.read()
	if errors.Is(err, fs.ErrNotExist) {
		return a.Begin(ctx, Anchored, ticket.ActorDesk)
	}
	if err == nil {
		err = a.holds(ctx, heads)
	}
	if err != nil {
		return err
	}
	last, err := a.db.LastAudit(ctx)
	if newest := heads[len(heads)-1]; err != nil || last.ID == newest.rows {
		return err
	}
	return a.write(append(heads, headAt(last)))
}

// Begin lets the file begin anew with the audit as it is, and appends to that why. A file that was there is
// renamed. Where the folder has no keys yet, the first start makes them, and the file.
func (a *Anchor) Begin(ctx context.Context, kind, actor string) error {
	last, err := a.db.LastAudit(ctx)
	if err == nil {
		err = setAside(a.folder, time.Now())
	}
	if err == nil {
		err = a.write([]head{headAt(last)}) // first: what cannot be written leaves no row at each try
	}
	if err != nil && !errors.Is(err, errNoKeys) {
		return err
	}
	return a.add(ctx, kind, actor)
}

func (a *Anchor) add(ctx context.Context, kind, actor string) error {
	return a.db.AddAudit(ctx, ticket.Audit{At: time.Now(), Kind: kind, Actor: actor})
}

// Accept lets the file of a configuration's data begin anew, where what it says does not hold. It returns what
// that was. A daemon may be running.
func Accept(ctx context.Context, cfg *config.Config, actor string) (was, err error) {
	db, err := localdesk.OpenData(ctx, cfg, store.Options{})
	if err != nil {
		return nil, err
	}
	a := New(db, cfg.Desk.Data)
	if was = a.Verify(ctx); was == nil {
		err = errors.New("the audit is what it was: there is nothing to accept")
	} else {
		err = a.Begin(ctx, Accepted, actor)
	}
	return was, errors.Join(err, db.Close())
}

// AfterRestore appends to the audit that the data were restored. The file is that of the backup and still has to
// hold; where there is none, or the keys are others, it begins anew. It returns what does not hold.
func (a *Anchor) AfterRestore(ctx context.Context, actor string) (broken, err error) {
	err = a.Verify(ctx)
	is, found := errors.AsType[*BrokenError](err)
	switch {
	case found && !is.Forged:
		return is, a.add(ctx, Restored, actor)
	case err == nil:
		return nil, a.add(ctx, Restored, actor)
	case found || errors.Is(err, fs.ErrNotExist):
		return nil, a.Begin(ctx, Restored, actor)
	}
	return nil, err
}

// setAside renames the file of a folder, if it has one.
func setAside(folder string, now time.Time) error {
	path := filepath.Join(folder, File)
	err := durable.Rename(path, path+now.UTC().Format(".was-20060102T150405Z"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Copy puts the file of a folder in the place of that of another, which is renamed.
func Copy(from, to string) error {
	if err := setAside(to, time.Now()); err != nil {
		return err
	}
	err := durable.Copy(filepath.Join(from, File), filepath.Join(to, File))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func headAt(last ticket.Audit) head {
	return head{time.Now().UTC().Truncate(time.Second), last.ID, last.Hash}
}

// holds compares the audit with the last of some lines; the one before holds.
func (a *Anchor) holds(ctx context.Context, heads []head) error {
	want := heads[len(heads)-1]
	if want.rows == 0 {
		return nil
	}
	got, err := a.db.AuditRow(ctx, want.rows)
	if err != nil || got.ID == want.rows && got.Hash == want.hash {
		return err
	}
	last, err := a.db.LastAudit(ctx)
	if err != nil {
		return err
	}
	since := ""
	if len(heads) > 1 {
		since = fmt.Sprintf(" (the first %d are what they were)", heads[len(heads)-2].rows)
	}
	what := fmt.Sprintf("row %d of the audit is not what it was on %s: rows were changed or taken away, and the chain was made anew%s", want.rows, want.at.Format(time.RFC3339), since)
	if got.ID == 0 {
		what = fmt.Sprintf("the audit had %d rows on %s, and now ends with row %d: rows were taken away, or the database is an older copy%s", want.rows, want.at.Format(time.RFC3339), last.ID, since)
	}
	return &BrokenError{What: what}
}

// read reads the file, which has a line at the least.
func (a *Anchor) read() (heads []head, err error) {
	text, err := os.ReadFile(filepath.Join(a.folder, File))
	if err != nil {
		return nil, err
	}
	keys, err := readKeys(a.folder)
	if err != nil {
		return nil, err
	}
	at := bytes.LastIndex(text, []byte("hmac "))
	whole := false
	for _, k := range keys[threading.PurposeReply] {
		mac, err := sign(k, text[:max(at, 0)])
		if err != nil {
			return nil, err
		}
		whole = whole || at >= 0 && hmac.Equal(mac, text[at:])
	}
	if !whole {
		return nil, &BrokenError{File + " is not as this desk wrote it: it was changed or cut off, or the keys beside it are others", true}
	}
	for line := range strings.Lines(string(text[:at])) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		h, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", File, line, err) // we wrote it
		}
		heads = append(heads, h)
	}
	if len(heads) == 0 {
		return nil, fmt.Errorf("%s has no line", File)
	}
	return heads, nil
}

func parse(line string) (h head, err error) {
	words := strings.Fields(line)
	if len(words) != 3 {
		return h, errors.New("want a time, a number and a hash")
	}
	if h.at, err = time.Parse(time.RFC3339, words[0]); err != nil {
		return h, err
	}
	if h.rows, err = strconv.ParseInt(words[1], 10, 64); err != nil {
		return h, err
	}
	hash, err := hex.DecodeString(words[2])
	if copy(h.hash[:], hash) != len(h.hash) {
		err = errors.Join(err, errors.New("want a hash of 32 bytes"))
	}
	return h, err
}

// write writes the lines: of those of one day the last, and at most those of maxDays.
func (a *Anchor) write(heads []head) error {
	if n := len(heads); n > 1 && heads[n-1].at.Format(time.DateOnly) == heads[n-2].at.Format(time.DateOnly) {
		heads[n-2], heads = heads[n-1], heads[:n-1]
	}
	text := []byte(comment)
	for _, h := range heads[max(0, len(heads)-maxDays):] {
		text = append(text, h.String()...)
	}
	keys, err := readKeys(a.folder)
	if err != nil {
		return err
	}
	mac, err := sign(keys.Newest(threading.PurposeReply), text)
	if err != nil {
		return err
	}
	if err := durable.Replace(filepath.Join(a.folder, File), append(text, mac...)); err != nil {
		return fmt.Errorf("keep how long the audit is: %w", err)
	}
	return nil
}

// errNoKeys says that there are no keys in the folder by which the file could be written or read.
var errNoKeys = errors.New("there are no keys beside " + File + ", by which it is written and read")

func readKeys(folder string) (threading.Keys, error) {
	keys, err := localdesk.ReadKeys(folder)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoKeys
	}
	return keys, err
}

// sign returns the last line of the file. Its key is derived (RFC 5869), so that no address can be
// taken for it.
func sign(k threading.Key, text []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, k.Secret, nil, "maildesk "+File, sha256.Size)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return fmt.Appendf(nil, "hmac %x\n", mac.Sum(nil)), nil
}
