package console

import (
	"bytes"
	"fmt"
	"io"
)

// shownHeader bounds how much of a header is printed.
const shownHeader = 4096

// PrintHeader prints the first lines of a mail's header, printable: a terminal must
// not interpret them.
func PrintHeader(w io.Writer, raw []byte) {
	for line := range bytes.Lines(raw[:min(len(raw), shownHeader)]) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break // the body follows
		}
		fmt.Fprintf(w, "  │ %s\n", Cut(Printable(string(line)), 200))
	}
}
