package mailbox

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteMail appends a mail to an mbox (RFC 4155 appendix A), as Open reads it back: lines
// end with LF, and a line of the mail that begins with "From ", whatever quotes stand before
// it, gets one ">" more (mboxrd). The envelope's sender may be empty; at is the time of
// delivery.
func WriteMail(w io.Writer, sender string, at time.Time, raw []byte) error {
	sender = strings.Join(strings.Fields(cmp.Or(sender, "MAILER-DAEMON")), "")
	var out bytes.Buffer
	fmt.Fprintf(&out, "From %s %s\n", sender, at.UTC().Format(time.ANSIC))
	for line := range bytes.Lines(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))) {
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			out.WriteByte('>')
		}
		out.Write(line)
	}
	if n := len(raw); n > 0 && raw[n-1] != '\n' {
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	_, err := w.Write(out.Bytes())
	return err
}
