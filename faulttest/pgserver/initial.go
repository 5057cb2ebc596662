package pgserver

import (
	"fmt"
	"os/exec"
	"sync"
)

// initial is a cluster that was never started, of which all others of this process are copies: to make one takes ten times as long.
var initial = sync.OnceValues(func() (*Server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	shell := exec.Command("/bin/sh", "-c", `cat; rm -rf "$PWD"`) // its input ends with this process
	shell.SysProcAttr, shell.Dir = s.attr, s.folder
	if s.life, err = shell.StdinPipe(); err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	initdb := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
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
	copied := exec.Command("cp", "-a", first.data(), s.data())
	copied.SysProcAttr = s.attr
	if out, err := copied.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("a copy of the cluster: %w\n%s", err, out)
	}
	return s, s.launch()
}
