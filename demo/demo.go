// Package demo demonstrates the whole work of a help desk: it starts a daemon on free
// loopback ports, has a requester and two agents write to it over real SMTP, and
// prints what they wrote and what they got.
//
// It needs no configuration and leaves nothing behind. Begin with [Run].
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"maildesk/config"
	"maildesk/daemon"
	"maildesk/mailparse"
)

// stage is where the story takes place: a daemon, the world around it, and the page
// on which everything is printed.
type stage struct {
	out    io.Writer
	desk   string // host:port of the desk's SMTP door
	daemon *daemon.Daemon
	world  *world
	last   map[string]*mailparse.Message // the last mail that each person got

	agentSeen bool // one notice to an agent was shown in full
}

// Run plays the story and prints it to out. With serve the desk then stays up until
// ctx is done, and each mail that it sends is printed.
func Run(ctx context.Context, out io.Writer, serve bool) (err error) {
	return runOn(ctx, out, serve, "data")
}

// runOn is Run with the desk's data in a folder, or in a database.
func runOn(ctx context.Context, out io.Writer, serve bool, data string) (err error) {
	folder, err := os.MkdirTemp("", "maildesk-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	w, err := openWorld()
	if err != nil {
		return err
	}
	defer w.close()

	cfg, err := writeConfig(folder, data, w.addr)
	if err != nil {
		return err
	}
	d, err := daemon.Open(ctx, cfg, daemon.Options{Log: slog.New(slog.DiscardHandler), Beat: beat})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(running) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended, d.Close())
	}()

	s := &stage{out: out, desk: d.Addrs()[0].String(), daemon: d, world: w, last: map[string]*mailparse.Message{}}
	s.welcome()
	tale := &story{stage: s, ctx: ctx}
	if err := tale.play(); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if serve {
		return s.stayUp(ctx, tale.seen)
	}
	s.farewell()
	return nil
}

// writeConfig writes the configuration of the demo, as an admin would, and loads it.
func writeConfig(folder, data, smarthost string) (*config.Config, error) {
	path := filepath.Join(folder, "maildesk.toml")
	text := fmt.Sprintf(configText, data, smarthost)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return config.Load(path)
}
