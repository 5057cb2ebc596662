package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile is the size in bytes above which a file is refused: it is not a
// configuration.
const maxFile = 4 << 20

// onDisk reads the configuration at path and the files in its folder. Nothing outside
// that folder can be read, not even through a link.
func onDisk(path string) source {
	return func(name string) ([]byte, error) {
		if name == "" {
			return readFile(path)
		}
		root, err := os.OpenRoot(filepath.Dir(path))
		if err != nil {
			return nil, bare(err)
		}
		defer root.Close()
		info, err := root.Stat(name)
		if err == nil {
			err = checkFile(info)
		}
		if err != nil {
			return nil, bare(err)
		}
		return root.ReadFile(name)
	}
}

// inside reads a file that the configuration names, and remembers its text.
func (l *loader) inside(name string) ([]byte, error) {
	data, err := l.source(name)
	if err == nil {
		l.config.texts[name] = string(data)
	}
	return data, err
}

// readFile reads a regular file of sensible size.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening it: opening a pipe would block
	if err == nil {
		err = checkFile(info)
	}
	if err != nil {
		return nil, bare(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func checkFile(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	if info.Size() > maxFile {
		return fmt.Errorf("it has more than %d MiB", maxFile>>20)
	}
	return nil
}

// bare removes the name of the system call and the path from an error.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
