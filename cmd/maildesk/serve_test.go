package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
)

// A daemon that is told to stop before it is up ends in order, as one that is up does: a service
// manager would take it for failed.
func TestStopAtStart(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	text := config.Quickstart("support@example.org", fmt.Sprintf("postgres://desk@%s/desk?sslmode=disable", server.Addr()))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		if conn, err := server.Accept(); err == nil { // and never answers
			stop()
			<-t.Context().Done()
			conn.Close()
		}
	}()
	var out, log bytes.Buffer
	if err := (&serveCommand{}).Run(console.ConfigPath(path), ctx, console.Stdio{Out: &out, Err: &log}); err != nil {
		t.Errorf("serve = %v; the log:\n%s", err, &log)
	}
	if !strings.Contains(log.String(), "stopped before it was up") {
		t.Errorf("the log is %q", &log)
	}
}
