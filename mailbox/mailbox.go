// Package mailbox reads mails from files, mbox files, Maildirs and folders of
// any of these, one mail at a time. It does not parse mail and decides nothing:
// an odd file is returned as it is.
//
// Begin with [Open].
package mailbox

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"
)

// MaxMail is the size in bytes above which a mail is an error. It bounds the memory
// that reading takes.
const MaxMail = 256 << 20

// stdin is the path that means standard input.
const stdin = "-"

// Item is one mail as it was found.
type Item struct {
	Name string    // the file; file#2 for the second mail of an mbox, and so on
	Raw  []byte    // the mail's bytes, line ends as found; the caller may keep them
	Time time.Time // of delivery, according to the From_ line or the Maildir file name; else zero
	Span int64     // bytes of input it occupies, separators included; they add up to Size

	file   file
	offset int64 // where its Span begins
	mbox   bool
}

// Again reads the mail once more, for callers that did not keep Raw. It fails for a
// mail from standard input.
func (i Item) Again() ([]byte, error) {
	f, err := os.Open(i.file.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	again := Item{}
	newReader(io.NewSectionReader(f, i.offset, i.Span)).items(i.file, func(item Item, e error) bool {
		again, err = item, e
		return false
	})
	return again.Raw, err
}

// Delivered reports whether the mail lay in an mbox or in a Maildir, so that it is one whatever
// it looks like.
func (i Item) Delivered() bool { return i.mbox || !i.file.delivered.IsZero() }

// Stdin reports whether the mail came from standard input.
func (i Item) Stdin() bool { return i.file.path == stdin }

// Open returns every mail at paths: files that contain one mail, mbox files,
// Maildirs, - for standard input, and folders, which are searched recursively in
// alphabetical order. The mails of a Maildir come in the order of delivery, new and
// cur together, without tmp, which contains undelivered mails.
//
// A mail that cannot be read is an error with an Item that has only the Name; the
// next one follows. Within folders, files of mail programs (dovecot-uidlist, *.msf,
// files that begin with a dot) are left out, and symbolic links to folders are not
// followed; everything else is returned, whether it looks like a mail or not.
func Open(paths []string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for f, err := range files(paths) {
			if err != nil {
				if !yield(Item{Name: f.path}, err) {
					return
				}
				continue
			}
			for item, err := range f.mails() {
				if !yield(item, err) {
					return
				}
			}
		}
	}
}

// Size returns how many bytes Open will read, for a progress bar. The error is what
// cannot be read; the size is that of the rest.
func Size(paths []string) (int64, error) {
	var size int64
	var errs []error
	for f, err := range files(paths) {
		size += f.size
		errs = append(errs, err)
	}
	return size, errors.Join(errs...)
}

// mails returns the mails of one file.
func (f file) mails() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		r := os.Stdin
		if f.path != stdin {
			var err error
			if r, err = os.Open(f.path); err != nil {
				yield(Item{Name: f.path, Span: f.size}, err)
				return
			}
			defer r.Close()
		}
		newReader(r).items(f, yield)
	}
}

// items returns the mails of one file, open for reading.
func (b *reader) items(f file, yield func(Item, error) bool) {
	if b.isMbox() {
		offset := int64(0)
		b.mails(f.path, func(item Item, err error) bool {
			item.file, item.offset, item.mbox = f, offset, true
			offset += item.Span
			return yield(item, err)
		})
		return
	}
	raw, err := io.ReadAll(io.LimitReader(b.in, MaxMail+1))
	switch {
	case err != nil:
		yield(Item{Name: f.path, Span: f.size}, fmt.Errorf("read mail: %w", err))
	case len(raw) > MaxMail:
		yield(Item{Name: f.path, Span: f.size}, tooLarge(f.path))
	default:
		yield(Item{Name: f.path, Raw: raw, Time: f.delivered, Span: int64(len(raw)), file: f}, nil)
	}
}

func tooLarge(name string) error {
	return fmt.Errorf("read mail %s: larger than %d MiB", name, MaxMail>>20)
}
