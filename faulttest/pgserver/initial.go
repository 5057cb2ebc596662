package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// initial is a cluster that was never started, of which all others of this process are copies: to make one takes ten times as long.
var initial = sync.OnceValues(func() (*Server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	initdb := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), s.end())
	}
	return s, nil
})

// run makes a cluster and starts it.
func run() (*Server, error) {
	first, err := initial()
	if err != nil {
		return nil, err
	}
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	copied := s.copyOf(first)
	if out, err := copied.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("a copy of the cluster: %w\n%s", err, out), s.end())
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// copyOf returns the command that makes a cluster a copy of another one.
func (s *Server) copyOf(first *Server) *exec.Cmd {
	copied := exec.Command("cp", "-a", first.data(), s.data())
	copied.SysProcAttr = s.attr
	return copied
}

// newServer returns a cluster that is not made yet, in a folder of its own, which end removes.
func newServer() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, attr: &syscall.SysProcAttr{Setpgid: true}, templates: map[string]error{}}
	if s.folder, err = os.MkdirTemp(place(), "maildesk-pg-"); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 { // which PostgreSQL refuses to run as
		if s.attr.Credential, err = somebody(); err == nil {
			err = os.Chown(s.folder, int(s.attr.Credential.Uid), int(s.attr.Credential.Gid))
		}
	}
	if err == nil {
		err = s.keep()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

// keep starts the shell that starts the server when it is told so, stops it when its input ends, which it does with this
// process, and removes the folder. Whoever writes there may not have ended: then it removes it again.
func (s *Server) keep() (err error) {
	const script = `if read -r start; then "$@" >>log 2>&1 & cat; fi
		if [ -e data/postmaster.pid ]; then
			pid=$(head -n 1 data/postmaster.pid); kill -QUIT $pid; while kill -0 $pid; do sleep 0.1; done
		fi 2>/dev/null
		for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$PWD" && break; sleep 0.3; done
		[ ! -e "$PWD" ]`
	s.postgres = []string{filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "jit=off"}
	s.keeper = exec.Command("/bin/sh", append([]string{"-c", script, "sh"}, s.postgres...)...)
	s.keeper.SysProcAttr, s.keeper.Dir = s.attr, s.folder
	if s.life, err = s.keeper.StdinPipe(); err == nil {
		err = s.keeper.Start()
	}
	return err
}

// end stops a server, if it was started, and removes its folder.
func (s *Server) end() (err error) {
	if s.pool != nil {
		err = s.pool.Close()
	}
	return errors.Join(err, s.life.Close(), s.keeper.Wait())
}
