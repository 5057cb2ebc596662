package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// files returns the files of a tar archive.
func files(t *testing.T, archive io.Reader) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if all[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// blobOf returns the blob of a descriptor, whose digest and size must be right.
func blobOf(t *testing.T, layout map[string][]byte, d descriptor) []byte {
	t.Helper()
	blob, ok := layout["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
	if !ok || digest(blob) != d.Digest || len(blob) != d.Size {
		t.Fatalf("the blob %+v is not there, or another: %d bytes", d, len(blob))
	}
	return blob
}

func decode[T any](t *testing.T, text []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestImage: the image is followed from its index to the binary, which runs where nothing
// else is, as the user of the image.
func TestImage(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "program")
	build(t, program)
	authorities := filepath.Join(folder, "ca.crt")
	if err := os.WriteFile(authorities, []byte("-----BEGIN CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	i := image{binary: program, certificates: authorities, version: "1.2.3", arch: "amd64", made: time.Unix(1_800_000_000, 0).UTC()}
	archive, err := i.archive()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := i.archive(); err != nil || !bytes.Equal(archive, again) {
		t.Errorf("the same input makes other bytes, %v", err)
	}
	layout := files(t, bytes.NewReader(archive))
	index := decode[struct{ Manifests []descriptor }](t, layout["index.json"])
	manifest := decode[struct {
		Config descriptor
		Layers []descriptor
	}](t, blobOf(t, layout, index.Manifests[0]))
	config := decode[struct {
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		}
		Config struct{ User string }
	}](t, blobOf(t, layout, manifest.Config))
	unpacked, err := gzip.NewReader(bytes.NewReader(blobOf(t, layout, manifest.Layers[0])))
	if err != nil {
		t.Fatal(err)
	}
	layer, err := io.ReadAll(unpacked)
	if err != nil || digest(layer) != config.RootFS.DiffIDs[0] || config.Config.User != "65532:65532" {
		t.Fatalf("the layer is not that of the config %+v, %v", config, err)
	}
	root := files(t, bytes.NewReader(layer))
	if len(root["etc/ssl/certs/ca-certificates.crt"]) == 0 || !bytes.Contains(root["etc/passwd"], []byte("maildesk:x:65532:65532")) {
		t.Errorf("certificates or the user are missing: %s", root["etc/passwd"])
	}
	runIn(t, layer)
}

// TestDynamicBinary: what would not start in the image does not get into one.
func TestDynamicBinary(t *testing.T) {
	folder := t.TempDir()
	authorities, script := filepath.Join(folder, "ca.crt"), filepath.Join(folder, "script")
	for path, text := range map[string]string{authorities: "-----BEGIN CERTIFICATE-----\n", script: "#!/bin/sh\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for program, want := range map[string]string{"/bin/sh": "links it statically", script: "is not a program of Linux"} {
		if _, err := (image{binary: program, certificates: authorities}).archive(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("an image with %s: %v, want %q", program, err, want)
		}
	}
}

// build builds a small static program, in the place of the desk.
func build(t *testing.T, path string) {
	t.Helper()
	source := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(\"it runs\") }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-o", path, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// runIn unpacks a layer and runs what it is for, in it alone.
func runIn(t *testing.T, layer []byte) {
	if os.Getuid() != 0 {
		t.Skip("chroot needs root")
	}
	root := t.TempDir()
	unpack := exec.Command("tar", "-x", "--numeric-owner", "-C", root)
	unpack.Stdin = bytes.NewReader(layer)
	if out, err := unpack.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	out, err := exec.Command("chroot", "--userspec=65532:65532", root, "/usr/bin/maildesk").CombinedOutput()
	if err != nil || string(out) != "it runs\n" {
		t.Errorf("in the image: %v, %q", err, out)
	}
}
