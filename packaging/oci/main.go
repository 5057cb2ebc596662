// Command oci writes an image of the Open Container Initiative (image-spec 1.1) with a
// static binary, certificate authorities and nothing else: an archive that podman, skopeo,
// docker and containerd load. It needs no container engine, and the same input makes the
// same bytes:
//
//	go run ./packaging/oci -binary maildesk -version 1.2.3 -o maildesk.oci.tar
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"time"
)

// user is who runs the desk in the image: nobody that a machine knows.
const user = 65532

func main() {
	var i image
	flag.StringVar(&i.binary, "binary", "maildesk", "the static binary")
	flag.StringVar(&i.certificates, "certificates", "/etc/ssl/certs/ca-certificates.crt", "certificate authorities, in PEM")
	flag.StringVar(&i.version, "version", "0", "version of the image")
	flag.StringVar(&i.arch, "arch", runtime.GOARCH, "architecture of the binary")
	out := flag.String("o", "maildesk.oci.tar", "the archive to write")
	flag.Parse()
	var err error
	if i.made, err = sourceTime(os.Getenv("SOURCE_DATE_EPOCH")); err == nil {
		var archive []byte
		if archive, err = i.archive(); err == nil {
			err = os.WriteFile(*out, archive, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "oci:", err)
		os.Exit(1)
	}
}

// sourceTime reads SOURCE_DATE_EPOCH (reproducible-builds.org); without it the time is 0.
func sourceTime(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// image is what goes into an image.
type image struct {
	binary, certificates string // files
	version, arch        string
	made                 time.Time
}

// descriptor names a blob (image-spec, descriptor.md).
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// archive returns the image layout as a tar archive (image-spec, image-layout.md).
func (i image) archive() ([]byte, error) {
	layer, diff, err := i.layer()
	if err != nil {
		return nil, err
	}
	a := newArchive(i.made)
	layerIs := a.blob("application/vnd.oci.image.layer.v1.tar+gzip", layer)
	configIs := a.json("application/vnd.oci.image.config.v1+json", i.config(diff))
	manifest := a.json("application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": configIs, "layers": []descriptor{layerIs},
	})
	manifest.Annotations = map[string]string{"org.opencontainers.image.ref.name": "maildesk:" + i.version}
	a.file("index.json", 0o644, 0, encoded(map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []descriptor{manifest}}))
	a.file("oci-layout", 0o644, 0, encoded(map[string]string{"imageLayoutVersion": "1.0.0"}))
	return a.bytes()
}

// layer returns the one layer, packed, and the digest of it unpacked.
func (i image) layer() (packed []byte, diff string, err error) {
	binary, err := os.ReadFile(i.binary)
	if err != nil {
		return nil, "", err
	}
	if err := runsAlone(i.binary, binary); err != nil {
		return nil, "", err
	}
	certificates, err := os.ReadFile(i.certificates)
	if err != nil {
		return nil, "", fmt.Errorf("certificate authorities (Debian: ca-certificates): %w", err)
	}
	l := newArchive(i.made)
	for _, folder := range []string{"etc/", "etc/maildesk/", "etc/ssl/", "etc/ssl/certs/", "usr/", "usr/bin/", "var/", "var/lib/"} {
		l.file(folder, 0o755, 0, nil)
	}
	l.file("tmp/", 0o1777, 0, nil)
	l.file("var/lib/maildesk/", 0o700, user, nil)
	l.file("etc/passwd", 0o644, 0, fmt.Appendf(nil, "root:x:0:0:root:/:/\nmaildesk:x:%d:%[1]d:maildesk:/var/lib/maildesk:/\n", user))
	l.file("etc/group", 0o644, 0, fmt.Appendf(nil, "root:x:0:\nmaildesk:x:%d:\n", user))
	l.file("etc/ssl/certs/ca-certificates.crt", 0o644, 0, certificates)
	l.file("usr/bin/maildesk", 0o755, 0, binary)
	plain, err := l.bytes()
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(plain)
	err = errors.Join(err, z.Close()) // which writes the rest
	return b.Bytes(), digest(plain), err
}

// runsAlone returns an error where a binary needs a program to load it, which the image does not have.
func runsAlone(name string, binary []byte) error {
	f, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return fmt.Errorf("%s is not a program of Linux: %w", name, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			loader, err := io.ReadAll(p.Open())
			return errors.Join(err, fmt.Errorf("%s needs %s, which is not in the image: make build links it statically where libc.a is there (Debian: libc6-dev)", name, bytes.TrimRight(loader, "\x00")))
		}
	}
	return nil
}

// config returns how the image is run (image-spec, config.md).
func (i image) config(diff string) any {
	return map[string]any{
		"created": i.made.Format(time.RFC3339), "architecture": i.arch, "os": "linux",
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{diff}},
		"config": map[string]any{
			"User":         fmt.Sprintf("%d:%[1]d", user),
			"Entrypoint":   []string{"/usr/bin/maildesk"},
			"Cmd":          []string{"serve"},
			"Env":          []string{"PATH=/usr/bin", "MAILDESK_CONFIG=/etc/maildesk/maildesk.toml"},
			"WorkingDir":   "/var/lib/maildesk",
			"Volumes":      map[string]any{"/var/lib/maildesk": map[string]any{}},
			"ExposedPorts": map[string]any{"2525/tcp": map[string]any{}},
			"StopSignal":   "SIGTERM",
			"Labels":       map[string]string{"org.opencontainers.image.title": "maildesk", "org.opencontainers.image.version": i.version, "org.opencontainers.image.licenses": "MIT"},
		},
	}
}

// archive is a tar archive that is being written; its bytes depend on what is in it alone.
type archive struct {
	buffer bytes.Buffer
	tar    *tar.Writer
	made   time.Time
	err    error
}

func newArchive(made time.Time) *archive {
	a := &archive{made: made}
	a.tar = tar.NewWriter(&a.buffer)
	return a
}

// file adds a file or, where its name ends in a slash, a folder.
func (a *archive) file(name string, mode int64, owner int, content []byte) {
	header := &tar.Header{Name: name, Mode: mode, Uid: owner, Gid: owner, Size: int64(len(content)), ModTime: a.made, Typeflag: tar.TypeReg, Format: tar.FormatPAX}
	if name[len(name)-1] == '/' {
		header.Typeflag = tar.TypeDir
	}
	if a.err == nil {
		a.err = a.tar.WriteHeader(header)
	}
	if a.err == nil {
		_, a.err = a.tar.Write(content)
	}
}

// blob adds content under its digest.
func (a *archive) blob(mediaType string, content []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: digest(content), Size: len(content)}
	a.file("blobs/sha256/"+d.Digest[len("sha256:"):], 0o644, 0, content)
	return d
}

func (a *archive) json(mediaType string, v any) descriptor { return a.blob(mediaType, encoded(v)) }

func (a *archive) bytes() ([]byte, error) {
	err := errors.Join(a.err, a.tar.Close())
	return a.buffer.Bytes(), err
}

// encoded returns a value as JSON; keys of maps are in order.
func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only for what JSON cannot hold
	}
	return text
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}
