package pgserver

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Pooled puts PgBouncer between a test and the server, with a pool_mode ("session", "transaction"), and
// returns the URL by which it leads to the database of another URL. Where PgBouncer is not installed the
// test is skipped.
func Pooled(t testing.TB, mode, address string) string {
	t.Helper()
	s := server(t)
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	if err != nil {
		t.Skip("PgBouncer is not installed (Debian: pgbouncer)")
	}
	folder, err := os.MkdirTemp(s.folder, "pooler-")
	if err != nil {
		t.Fatal(err)
	}
	settings := fmt.Sprintf("[databases]\n* = host=%s user=postgres\n[pgbouncer]\nlisten_port = 6432\nunix_socket_dir = %s\nauth_type = any\npool_mode = %s\ndefault_pool_size = 50\n", s.folder, folder, mode)
	path := filepath.Join(folder, "pgbouncer.ini")
	if err := os.WriteFile(path, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	if s.attr.Credential != nil {
		if err := os.Chown(folder, int(s.attr.Credential.Uid), int(s.attr.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	// As with the server, the shell ends it once its input ends, which it does with this process.
	shell := exec.Command("/bin/sh", "-c", `"$@" 2>log & cat; kill -KILL $!; wait; rm -rf "$PWD"`, "sh", program, path)
	shell.SysProcAttr, shell.Dir = s.attr, folder
	life, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		life.Close()
		shell.Wait() // of one that was killed
	})
	pooled := through(t, address, folder, "6432")
	pool, err := sql.Open("pgx", pooled)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for try := 0; pool.PingContext(t.Context()) != nil; try++ {
		if try == 300 {
			log, err := os.ReadFile(filepath.Join(folder, "log"))
			t.Fatalf("PgBouncer does not answer:\n%s (%v)", log, err)
		}
		time.Sleep(100 * time.Millisecond) // one that starts tells nobody
	}
	return pooled
}

// through returns the URL of the database of another URL that is reached by a socket in a folder.
func through(t testing.TB, address, folder, port string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = url.Values{"host": {folder}, "port": {port}, "user": {"postgres"}}.Encode()
	return u.String()
}

// Deaf puts something between a test and the server that ends each connection which begins to LISTEN, and
// returns the URL by which it leads to the database of another URL, and what counts those connections.
func Deaf(t testing.TB, address string) (deaf string, ended *atomic.Int64) {
	t.Helper()
	s := server(t)
	folder, err := os.MkdirTemp("", "deaf-") // a short path, as it is one of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	door, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	ended = new(atomic.Int64)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := door.Accept()
			if err != nil {
				return // the test is over
			}
			all.Go(func() {
				if errors.Is(withoutListen(client, filepath.Join(s.folder, ".s.PGSQL.5432")), errListens) {
					ended.Add(1)
				}
			})
		}
	})
	t.Cleanup(func() {
		door.Close()
		all.Wait()
	})
	return through(t, address, folder, "5432"), ended
}

var errListens = errors.New("the client listens")

// withoutListen connects a client with a server until one of them ends, or the client listens.
func withoutListen(client net.Conn, path string) error {
	defer client.Close()
	server, err := net.Dial("unix", path)
	if err != nil {
		return err
	}
	defer server.Close()
	go func() {
		io.Copy(client, server)
		client.Close()
	}()
	block := make([]byte, 64<<10)
	for {
		n, err := client.Read(block)
		if err != nil {
			return err
		}
		if bytes.Contains(block[:n], []byte("LISTEN ")) {
			return errListens
		}
		if _, err := server.Write(block[:n]); err != nil {
			return err
		}
	}
}
