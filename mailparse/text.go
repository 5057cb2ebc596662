package mailparse

import "strings"

// unflow joins the lines of format=flowed text (RFC 3676 section 4): a line
// that ends in a blank goes on in the next line of the same quote depth.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	depth, open := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		level := len(line) - len(strings.TrimLeft(line, ">"))
		body := strings.TrimPrefix(line[level:], " ") // space-stuffing
		if open && level != depth {
			out.WriteByte('\n')
			open = false
		}
		signature := body == "-- "
		if open && signature {
			out.WriteByte('\n')
			open = false
		}
		if !open && level > 0 {
			out.WriteString(strings.Repeat(">", level) + " ")
		}
		depth, open = level, strings.HasSuffix(body, " ") && !signature
		if open && delsp {
			body = strings.TrimSuffix(body, " ")
		}
		out.WriteString(body)
		if !open {
			out.WriteByte('\n')
		}
	}
	if open {
		out.WriteByte('\n')
	}
	return out.String()
}
