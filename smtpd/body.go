package smtpd

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"
)

// bodyClock holds the time limits of one mail while it is read.
type bodyClock struct {
	end    time.Time // of all
	window time.Time // when the running window of the rate began
	bytes  int       // since then
}

// check sets the deadline of the next read, or says that the peer is too slow.
func (b *bodyClock) check(c *conn) error {
	now := time.Now()
	cfg := &c.srv.cfg
	if since := now.Sub(b.window); since >= cfg.DataTimeout {
		if float64(b.bytes) < float64(cfg.MinDataRate)*since.Seconds() {
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

// readBody reads a mail up to the end of the data and takes the stuffed dots
// out (RFC 5321 section 4.5.2); every other byte stays as it came. Only CRLF.CRLF
// ends it, so that nobody smuggles a second mail in with bare CR or LF. It gives
// errTooBig when all was read and thrown away; every other error ends the
// connection, as the rest of the body must not be run as commands.
//
// declared is what SIZE= promised (RFC 1870), 0 when nothing.
func (c *conn) readBody(declared int64) ([]byte, error) {
	now := time.Now()
	c.body = &bodyClock{end: now.Add(c.srv.cfg.MaxDataTime), window: now}
	defer func() { c.body = nil }()
	raw, err := c.readLines(declared)
	if err != nil && err != errTooBig {
		c.closing = true
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	c.feed = []byte(".\r\n") // go-smtp wants to see the end too
	return raw, err
}

func (c *conn) readLines(declared int64) ([]byte, error) {
	limit := c.srv.cfg.MaxMessageBytes
	raw := make([]byte, 0, min(max(declared, 4<<10), 64<<10))
	size, lineBegins, lastCR := int64(0), true, false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return nil, err
		}
		c.body.bytes += len(line)
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
		default:
			raw = appendGrown(raw, kept, declared)
		}
	}
}

// appendGrown is append that grows once to the declared size, after the first
// 64 KiB have really come: no promise costs memory.
func appendGrown(raw, more []byte, declared int64) []byte {
	if need := len(raw) + len(more); need > cap(raw) && need >= 64<<10 && int64(need) <= declared {
		raw = append(make([]byte, 0, declared), raw...)
	}
	return append(raw, more...)
}
