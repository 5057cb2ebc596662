package faulttest

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a file or folder of the collection that is not
// part of the project: below the folder that MAILDESK_SHARED names, else below
// a folder named shared beside the checkout. It skips the test where there is
// no such file.
func Shared(t testing.TB, name ...string) string {
	t.Helper()
	folder := os.Getenv("MAILDESK_SHARED")
	if folder == "" {
		folder = filepath.Join(filepath.Dir(checkout(t)), "shared")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{folder}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here: %v", filepath.Join(name...), err)
	}
	return path
}

// checkout returns the folder of go.mod above the package under test.
func checkout(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("there is no go.mod above this test")
		}
		folder = filepath.Dir(folder)
	}
}
