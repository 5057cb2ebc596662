package datafolder

import (
	"os"
	"path/filepath"
)

// MovedError says that the files of a database or journal are not those that were opened:
// somebody removed, renamed or replaced them, or the folder, while the desk ran.
type MovedError struct {
	File string
	Err  error // nil: another file stands in its place
}

func (e *MovedError) Error() string {
	text := e.File + " is not the file that was opened"
	if e.Err != nil {
		text += " (" + e.Err.Error() + ")"
	}
	return text + ": it was removed, renamed or replaced while maildesk ran. Put it back, or restore a backup, before the next start"
}
func (e *MovedError) Unwrap() error { return e.Err }

// Files is the files of an open database: what is written into files that no
// longer have their names is gone with the process.
type Files []opened

type opened struct {
	path string
	info os.FileInfo
}

// FilesOf remembers the files of a database on which a connection has read.
func FilesOf(folder, name string) (Files, error) {
	var p Files
	for _, suffix := range []string{"", "-wal", "-shm"} {
		path := filepath.Join(folder, name+suffix)
		info, err := os.Stat(path)
		if err != nil {
			return nil, &MovedError{path, err}
		}
		p = append(p, opened{path, info})
	}
	return p, nil
}

// Check returns a *MovedError where a file is another one than it was.
func (p Files) Check() error {
	for _, was := range p {
		info, err := os.Stat(was.path)
		if err != nil {
			return &MovedError{was.path, err}
		}
		if !os.SameFile(info, was.info) {
			return &MovedError{was.path, nil}
		}
	}
	return nil
}
