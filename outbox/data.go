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

// writeData writes a mail, in which CR and LF occur only as CRLF, with dots stuffed
// and the final dot (RFC 5321 section 4.5.2).
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

// maxReply bounds what a smarthost may send between two of our writes, in bytes: a
// reply may have any number of lines.
const maxReply = 256 << 10

// blockConn bounds the time of each write and the size of each reply.
type blockConn struct {
	net.Conn
	heard int   // bytes since the last write
	err   error // once set, nothing is read or written
}

// within sets the time limit for all reads from now on.
func (c *blockConn) within(d time.Duration) {
	c.SetReadDeadline(time.Now().Add(d)) // an error shows in the next read
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
