package privacy

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/store/datafolder"
)

// scanBlock is how much of a file is looked at once, and scanOverlap how much of it again
// with the next block, so that nothing hides where two meet.
const (
	scanBlock   = 4 << 20
	scanOverlap = 4 << 10
)

// files returns the files of a folder that have somebody's address or name in their bytes:
// databases with their logs, copies of them, mails. Names are relative, in their order. In
// a database the texts of a row stand without a gap, so that another's address may look
// like one of theirs: where there is such a one, the rows say more than the bytes.
func (c collection) files(folder string) (names []string, err error) {
	return filesWith(folder, func(name string) func(string) bool {
		switch {
		case !isDatabase(name):
			return c.In
		case c.Alike && len(c.Mentions) == 0:
			return nil
		}
		return c.InBytes
	})
}

// filesWith returns the files of a folder in whose bytes something is found. search returns
// what is looked for in a file, by its name; nil: nothing.
func filesWith(folder string, search func(name string) func(string) bool) (names []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(path, "-shm") {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		in := search(name)
		if in == nil {
			return nil
		}
		found, err := fileHas(path, in)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process has removed it meanwhile
		}
		if found {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// isDatabase reports whether a file of the data folder is one of its databases, its log, or
// a copy of one.
func isDatabase(name string) bool {
	return strings.HasPrefix(name, datafolder.File) || strings.HasPrefix(name, datafolder.JournalFile)
}

// fileHas reports whether something is found in the bytes of a file.
func fileHas(path string, in func(string) bool) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	block := make([]byte, scanBlock)
	for kept := 0; ; {
		n, err := io.ReadFull(f, block[kept:])
		if in(string(block[:kept+n])) {
			return true, nil
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		kept = copy(block, block[len(block)-scanOverlap:])
	}
}
