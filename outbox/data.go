package outbox

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"slices"
	"time"
)

// block is how many bytes are written at once, each within blockTimeout.
const block = 64 << 10

// writeData writes a mail, which has no CR and no LF but in CRLF, as DATA wants
// it: a dot more where a line begins with one, and one alone at the end (RFC
// 5321 section 4.5.2).
func writeData(to *bufio.Writer, raw []byte) error {
	w := bufio.NewWriterSize(to, min(block, len(raw)+len(raw)/64+8))
	ended := bytes.HasSuffix(raw, []byte("\r\n"))
	for len(raw) > 0 {
		if raw[0] == '.' {
			w.WriteByte('.')
		}
		n := len(raw)
		if i := bytes.Index(raw, []byte("\r\n.")); i >= 0 {
			n = i + 2
		}
		for piece := range slices.Chunk(raw[:n], block/2) {
			w.Write(piece) // its error comes again from Flush
		}
		raw = raw[n:]
	}
	if !ended {
		w.WriteString("\r\n")
	}
	w.WriteString(".\r\n")
	if err := w.Flush(); err != nil {
		return err
	}
	return to.Flush()
}

// maxReply bounds what a smarthost may say without our having said something:
// a reply may have any number of lines.
const maxReply = 256 << 10

// blockConn bounds each write and each reply.
type blockConn struct {
	net.Conn
	heard int   // bytes since the last write
	err   error // after it nothing is read or written
}

// within bounds the time for what is read from now on.
func (c *blockConn) within(d time.Duration) {
	c.SetReadDeadline(time.Now().Add(d)) // an error shows when it is read
}

func (c *blockConn) Read(b []byte) (int, error) {
	if c.heard > maxReply {
		c.err = errors.New("the smarthost does not stop talking")
		return 0, c.err
	}
	n, err := c.Conn.Read(b)
	c.heard += n
	return n, err
}

func (c *blockConn) Write(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	c.heard = 0
	if err := c.SetWriteDeadline(time.Now().Add(blockTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
