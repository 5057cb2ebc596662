package smtpd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// The sizes from which a mail takes one of Config.MediumMails places, and
// reserves its memory.
const (
	mediumMail = 64 << 10
	bigMail    = 1 << 20
)

// bodyClock holds the time limits of one mail while it is read.
type bodyClock struct {
	end    time.Time // of all
	window time.Time // when the running window of the rate began
	bytes  int       // since then
	rate   float64   // bytes a second, at least
}

// check sets the deadline of the next read. It returns errTooSlow when the client is.
func (b *bodyClock) check(c *conn) error {
	now := time.Now()
	cfg := &c.srv.cfg
	if since := now.Sub(b.window); since >= cfg.DataTimeout {
		if float64(b.bytes) < b.rate*since.Seconds() {
			return errTooSlow
		}
		b.window, b.bytes = now, 0
	}
	if !now.Before(b.end) {
		return errTooSlow
	}
	c.deadline = now.Add(cfg.DataTimeout)
	if c.deadline.After(b.end) {
		c.deadline = b.end
	}
	return nil
}

// readBody reads a mail up to the end of the data and removes the stuffed dots
// (RFC 5321 section 4.5.2); every other byte stays as it came. Only CRLF.CRLF
// ends it, so that nobody smuggles a second mail in with bare CR or LF. It returns
// errTooBig when all was read and discarded; every other error ends the
// connection, as the rest of the body must not be run as commands.
//
// declared is the SIZE= of MAIL in bytes (RFC 1870), 0 when there was none. The
// caller calls release when the mail has been kept.
func (c *conn) readBody(ctx context.Context, declared int64) ([]byte, error) {
	now := time.Now()
	cfg := &c.srv.cfg
	c.body = &bodyClock{end: now.Add(cfg.MaxDataTime), window: now, rate: float64(cfg.MinDataRate)}
	defer func() { c.body = nil }()
	raw, err := c.readLines(ctx, declared)
	if err != nil && err != errTooBig {
		c.closing = true
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	c.pending = []byte(".\r\n") // go-smtp reads up to the end as well (conn.go:989)
	return raw, err
}

func (c *conn) readLines(ctx context.Context, declared int64) ([]byte, error) {
	limit := c.srv.cfg.MaxMessageBytes
	c.received.Store(0)
	c.expected.Store(limit)
	if declared > 0 {
		c.expected.Store(declared)
	}
	raw := make([]byte, 0, min(max(declared, 4<<10), 64<<10))
	size, lineBegins, lastCR, place := int64(0), true, false, false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return nil, err
		}
		c.body.bytes += len(line)
		c.received.Add(int64(len(line)))
		if lineBegins && string(line) == ".\r\n" {
			if size > limit {
				return nil, errTooBig
			}
			return raw, nil
		}
		kept := line
		if lineBegins && line[0] == '.' {
			kept = line[1:]
		}
		lineBegins = bytes.HasSuffix(line, []byte("\r\n")) || lastCR && line[0] == '\n'
		lastCR = line[len(line)-1] == '\r'
		switch size += int64(len(kept)); {
		case size > 2*limit:
			return nil, errFarTooBig
		case size > limit:
			raw = nil
			c.release()
			continue
		case size > mediumMail && size <= bigMail && !place:
			if err := c.holdPlace(ctx); err != nil {
				return nil, err
			}
			place = true
		case size > bigMail && size > c.held:
			if err := c.hold(ctx, declared); err != nil {
				return nil, err
			}
		}
		if len(raw)+len(kept) > cap(raw) {
			raw = slices.Grow(raw, c.growth(int64(len(raw)), declared))
		}
		raw = append(raw, kept...)
	}
}

// growth returns by how many bytes a buffer of n bytes grows: to the declared
// size once 64 KiB have really come, else to the double, which spares most of the
// copying that append does.
func (c *conn) growth(n, declared int64) int {
	switch {
	case n >= readBuffer && n < declared && (declared <= bigMail || c.held >= declared):
		return int(declared - n)
	case c.held > n:
		return int(min(max(n, readBuffer), c.held-n))
	}
	return int(max(n, readBuffer))
}

// hold reserves memory for a big mail, as all that are read at once share
// Config.BigMailMemory. Until there is enough the client waits: its bytes stay in
// the socket. A client that occupies memory must not be slow, so the least rate
// rises to that of the biggest mail within MaxDataTime.
func (c *conn) hold(ctx context.Context, declared int64) error {
	cfg := &c.srv.cfg
	if c.held > 0 { // more came than was declared
		if !c.srv.memory.extend(c, cfg.MaxMessageBytes-c.held) {
			return errNoRoom
		}
		c.held = cfg.MaxMessageBytes
		c.expected.Store(cfg.MaxMessageBytes)
		return nil
	}
	need := cfg.MaxMessageBytes
	if declared > bigMail {
		need = declared
	}
	if err := c.wait(ctx, c.srv.memory, need); err != nil {
		return err
	}
	c.held = need
	c.srv.places.release(c)
	c.body.rate = max(c.body.rate, float64(cfg.MaxMessageBytes)/cfg.MaxDataTime.Seconds())
	return nil
}

// holdPlace takes a place for a mail of a medium size, or waits for one as hold
// does: many stalled mails that are not big must not fill the memory either.
func (c *conn) holdPlace(ctx context.Context) error {
	if err := c.wait(ctx, c.srv.places, 1); err != nil {
		return err
	}
	c.body.rate = max(c.body.rate, bigMail/c.srv.cfg.MaxDataTime.Seconds())
	return nil
}

// wait acquires an amount of a room, for DataTimeout at most.
func (c *conn) wait(ctx context.Context, r *room, amount int64) error {
	ctx, cancel := context.WithTimeout(ctx, c.srv.cfg.DataTimeout)
	defer cancel()
	if err := r.acquire(ctx, c, amount); err != nil {
		return fmt.Errorf("%w: %w", errNoRoom, err)
	}
	c.body.window, c.body.bytes = time.Now(), 0
	return nil
}

// release returns what hold and holdPlace took.
func (c *conn) release() {
	c.srv.places.release(c)
	c.srv.memory.release(c)
	c.held = 0
}
