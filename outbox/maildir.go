package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"maildesk/durable"
	"maildesk/ticket"
)

// maildir writes mails to a folder instead of sending them, so that a first try
// needs no relay and shows what would be sent.
type maildir struct {
	dir    string
	host   string // as Reply shows it
	opened bool   // the three folders are there
}

var _ Transport = (*maildir)(nil)

// Send writes the mail to tmp, makes it durable and moves it to new. The file
// is named after the outbox row: a second copy after a crash overwrites the first.
// Two fields at the top hold the envelope (the first is that of RFC 5321 section
// 4.4).
func (t *maildir) Send(ctx context.Context, m ticket.OutboxMail) (Reply, error) {
	r := Reply{Host: t.host}
	e, err := newEnvelope(&m)
	if err != nil {
		return r, err
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	name := fmt.Sprintf("%d.outbox%d.maildesk", m.CreatedAt.Unix(), m.ID)
	if err := t.write(name, fmt.Sprintf("Return-Path: <%s>\r\nDelivered-To: %s\r\n", e.from, e.to), m.Bytes); err != nil {
		t.Close() // the folder may have been moved
		return r, &DownError{Err: fmt.Errorf("write mail: %w", err)}
	}
	r.Text = "new/" + name
	return r, nil
}

func (t *maildir) write(name, top string, raw []byte) error {
	if err := t.open(); err != nil {
		return err
	}
	mail := io.MultiReader(strings.NewReader(top), bytes.NewReader(raw))
	return durable.Write(filepath.Join(t.dir, "new", name), filepath.Join(t.dir, "tmp", name), mail)
}

// open creates the three folders when they are missing.
func (t *maildir) open() error {
	if t.opened {
		return nil
	}
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(t.dir, sub), 0o700); err != nil {
			return err
		}
	}
	if err := t.tidy(); err != nil {
		return err
	}
	t.opened = true
	return nil
}

// strayAge is the age at which a file in tmp counts as abandoned: the customary 36
// hours of the Maildir format.
const strayAge = 36 * time.Hour

// tidy removes files that killed writers have left in tmp.
func (t *maildir) tidy() error {
	files, err := os.ReadDir(filepath.Join(t.dir, "tmp"))
	if err != nil {
		return err
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || time.Since(info.ModTime()) < strayAge || !info.Mode().IsRegular() {
			continue // gone, or being written
		}
		if err := os.Remove(filepath.Join(t.dir, "tmp", f.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Close makes the next Send look after the folders again.
func (t *maildir) Close() error {
	t.opened = false
	return nil
}
