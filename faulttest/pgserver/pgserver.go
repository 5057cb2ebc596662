// Package pgserver runs PostgreSQL servers for tests, from Debian's package postgresql: one that
// the tests of a process share, and others for those that stop theirs ([Alone], [NewPair]). Each is
// a cluster in a folder of its own, reached by a socket in it. It ends with the process, however
// that ends, one of a single test with that.
//
// Begin with [Database] or [Copy].
package pgserver

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"golang.org/x/sys/unix"
)

// Server is a cluster that runs.
type Server struct {
	bin      string // the folder of its programs
	folder   string
	postgres []string // the command that starts it
	attr     *syscall.SysProcAttr
	pool     *sql.DB   // of the database postgres
	keeper   *exec.Cmd // runs it, and removes the folder once life ends
	life     io.WriteCloser
	made     atomic.Int64 // databases

	mu        sync.Mutex
	templates map[string]error // that were made
}

var start = sync.OnceValues(run)

// errAbsent says that there is no PostgreSQL on this machine.
var errAbsent = errors.New("PostgreSQL is not installed (Debian: postgresql)")

// Attribute is the key, and its value postgresql, by which `go test -json` tells which tests ran on a server.
const Attribute = "engine"

// server returns the cluster that the tests of this process share.
func server(t testing.TB) *Server {
	t.Helper()
	return obtained(t, start)
}

// obtained returns the server that get starts; where there is no PostgreSQL, the test is skipped.
func obtained(t testing.TB, get func() (*Server, error)) *Server {
	t.Helper()
	t.Attr(Attribute, "postgresql")
	s, err := get()
	if errors.Is(err, errAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	return s
}

// own is obtained for a server that ends with the test.
func own(t testing.TB, get func() (*Server, error)) *Server {
	t.Helper()
	s := obtained(t, get)
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Errorf("the end of PostgreSQL: %v", err)
		}
	})
	return s
}

// Alone starts a server of one test, with an empty database, and returns the URL of that.
func Alone(t testing.TB) (s *Server, url string) {
	t.Helper()
	s = own(t, run)
	return s, s.database(t, "template0")
}

// Database makes an empty database, which ends with the test, and returns its URL.
func Database(t testing.TB) string {
	t.Helper()
	return server(t).database(t, "template0")
}

// Copy is Database with what fill has put into it, which is called once for all copies of
// a name.
func Copy(t testing.TB, name string, fill func(url string) error) string {
	t.Helper()
	s := server(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	err, made := s.templates[name]
	if !made {
		_, err = s.pool.ExecContext(context.Background(), `CREATE DATABASE "`+name+`" TEMPLATE template0`)
		if err == nil {
			err = fill(s.url(name))
		}
		s.templates[name] = err
	}
	if err != nil {
		t.Fatalf("PostgreSQL: make the template %s: %v", name, err)
	}
	return s.database(t, name)
}

func (s *Server) database(t testing.TB, template string) string {
	t.Helper()
	name := fmt.Sprint("test", s.made.Add(1))
	if _, err := s.pool.ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE "`+template+`"`+s.strategy()); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if _, err := s.pool.ExecContext(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("PostgreSQL: %v", err)
		}
	})
	return s.url(name)
}

// strategy is how databases are copied. File by file costs a third of what it does by the log, and the copy has what the
// server knows of its tables at hand, which else the first connection looks up; it waits for the disk, if there is one.
func (s *Server) strategy() string {
	if n, _ := strconv.Atoi(filepath.Base(filepath.Dir(s.bin))); n < 15 || !strings.HasPrefix(s.folder, memory) {
		return ""
	}
	return ` STRATEGY file_copy`
}

func (s *Server) url(database string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: url.Values{"host": {s.folder}, "user": {"postgres"}}.Encode()}
	return u.String()
}

// hexBytes are bytes as a dump has them.
var hexBytes = regexp.MustCompile(`\\\\x[0-9a-f]+`)

// Dump returns what pg_dump writes of a database, with bytes as they are.
func Dump(t testing.TB, address string) []byte {
	t.Helper()
	server(t)
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(bin, "pg_dump"), "--dbname="+address).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	return hexBytes.ReplaceAllFunc(out, func(text []byte) []byte {
		raw, err := hex.DecodeString(string(text[3:]))
		if err != nil {
			return text
		}
		return raw
	})
}

// Restore writes the database of a URL into a file, as pg_dump --format=custom does, and returns the function by which
// pg_restore makes a new database of that file: it returns the URL of that one, which ends with the test.
func Restore(t testing.TB, address string) (restored func() string) {
	t.Helper()
	s := server(t)
	file := filepath.Join(t.TempDir(), "dump")
	if out, err := exec.Command(filepath.Join(s.bin, "pg_dump"), "--format=custom", "--file="+file, "--dbname="+address).CombinedOutput(); err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, out)
	}
	return func() string {
		t.Helper()
		anew := s.database(t, "template0")
		if out, err := exec.Command(filepath.Join(s.bin, "pg_restore"), "--exit-on-error", "--dbname="+anew, file).CombinedOutput(); err != nil {
			t.Fatalf("pg_restore: %v\n%s", err, out)
		}
		return anew
	}
}

// Holding returns the files of the database of a URL, as they are on the disk, whose bytes have a text.
func Holding(t testing.TB, address, text string) (names []string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	s := server(t)
	var oid string
	if err = s.pool.QueryRowContext(t.Context(), `SELECT oid::text FROM pg_database WHERE datname = $1`, u.Path[1:]).Scan(&oid); err == nil {
		_, err = s.pool.ExecContext(t.Context(), `CHECKPOINT`)
	}
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(s.data(), "base", oid, "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("the database %s has the files %v, %v", u.Path[1:], paths, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(text)) {
			names = append(names, filepath.Base(path))
		}
	}
	return names
}

// End ends the connections to the database of a URL, as a server does that is stopped.
func End(t testing.TB, address string) {
	t.Helper()
	server(t).End(t, address)
}

// End is that of a server.
func (s *Server) End(t testing.TB, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.pool.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, u.Path[1:]); err != nil {
		t.Fatal(err)
	}
}

// halt stops the server at once, as pg_ctl stop -m immediate does.
func (s *Server) halt() error {
	pid, err := s.process()
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGQUIT)
	}
	for err == nil && syscall.Kill(pid, 0) == nil {
		time.Sleep(20 * time.Millisecond) // it is no child of ours
	}
	return err
}

// process returns the number of the server's first process.
func (s *Server) process() (int, error) {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// Crash stops the server at once, and starts it again.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	again := exec.Command(s.postgres[0], s.postgres[1:]...)
	again.SysProcAttr, again.Dir, again.Stdout, again.Stderr = s.attr, s.folder, log, log
	if err := again.Start(); err != nil {
		t.Fatal(err)
	}
	go again.Wait() // so that it is gone when it has ended
	if err := s.awaitUp(); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// command returns a program of the server, which runs as its user.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = s.attr, s.folder
	return cmd
}

// launch starts a cluster that is made.
func (s *Server) launch() (err error) {
	if s.pool, err = sql.Open("pgx", s.url("postgres")); err != nil {
		return err
	}
	s.pool.SetMaxOpenConns(4)
	if _, err := io.WriteString(s.life, "start\n"); err != nil {
		return err
	}
	return s.awaitUp()
}

// awaitUp waits until the server answers.
func (s *Server) awaitUp() error {
	for try := 0; ; try++ {
		err := s.pool.Ping()
		if err == nil {
			return nil
		}
		if try == 600 {
			log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return fmt.Errorf("the server does not answer: %w\n%s", err, log)
		}
		time.Sleep(100 * time.Millisecond) // a server that starts tells nobody
	}
}

// memory is a folder that is on no disk.
const memory = "/dev/shm"

// place returns a folder for clusters: in memory where there is room for one, as databases
// come and go with every test.
func place() string {
	const room = 2 << 30
	var st unix.Statfs_t
	if err := unix.Statfs(memory, &st); err != nil || int64(st.Bavail)*st.Bsize < room {
		return ""
	}
	return memory
}

// binaries returns the folder of the newest PostgreSQL of Debian.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errAbsent
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // another name is older than any
	return n
}

// somebody returns a user that is not root.
func somebody() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, err2)
}
