package packaging_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRelease makes all that is published from the sources as they are, and checks what stands in it: the checksums are
// those of the files, and the list of what the program is made of names its libraries with their licences.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program, an image and a package")
	}
	for _, tool := range []string{"git", "make", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not there", tool)
		}
	}
	folder := t.TempDir()
	run := func(command string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "MAKEFLAGS=", "DPKG_DEB_COMPRESSOR_TYPE=gzip", "DPKG_DEB_COMPRESSOR_LEVEL=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("git", "-C", top, "rev-parse").Run(); err != nil {
		t.Skip("the sources are not those of a git repository, whose files are known")
	}
	run("git -C " + top + " ls-files -z --cached | (cd " + top + " && tar -c --null -T - --ignore-failed-read) | tar -x")
	tool := strings.TrimSpace(run(`sed -n 's/.*run \(.*cyclonedx-gomod@[^ ]*\) bin.*/\1/p' Makefile`))
	if out, err := exec.Command("go", "install", "-n", tool).CombinedOutput(); err != nil {
		t.Skipf("the tool that lists what the program is made of cannot be had: %s", out)
	}
	run("make -s release VERSION=0.0.1")
	names := run("sha256sum -c maildesk-0.0.1.sha256")
	for _, want := range []string{"maildesk-0.0.1: OK", "maildesk-0.0.1.oci.tar: OK", "maildesk-0.0.1.cdx.json: OK", ".deb: OK"} {
		if !strings.Contains(names, want) {
			t.Errorf("the checksums have no %s:\n%s", want, names)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "maildesk-0.0.1.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			Name     string `json:"name"`
			Evidence struct {
				Licenses []any `json:"licenses"`
			} `json:"evidence"`
		} `json:"components"`
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	licensed := map[string]bool{}
	for _, c := range bom.Components {
		licensed[c.Name] = len(c.Evidence.Licenses) > 0
	}
	for _, want := range []string{"github.com/mattn/go-sqlite3", "github.com/emersion/go-smtp", "github.com/emersion/go-message", "github.com/emersion/go-imap/v2", "github.com/jhillyerd/enmime/v2", "github.com/jackc/pgx/v5"} {
		if !licensed[want] {
			t.Errorf("of %d components of a %s list none is %s with a licence", len(bom.Components), bom.Format, want)
		}
	}
}
