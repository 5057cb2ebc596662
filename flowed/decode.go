package flowed

import "strings"

// Decode joins the lines of a format=flowed text (LF): a line that ends in a blank goes
// on in the next line of the same quote depth. delSp says that the blank is not part
// of the text (RFC 3676 section 4.1, the parameter DelSp=yes).
func Decode(text string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	depth, open := 0, false
	for line := range strings.SplitAfterSeq(text, "\n") {
		line, ended := strings.CutSuffix(line, "\n")
		if line == "" && !ended {
			break // behind the last line
		}
		level := len(line) - len(strings.TrimLeft(line, ">"))
		marks, body := line[:level], line[level:]
		unstuffed := strings.TrimPrefix(body, " ")
		signature := unstuffed == "-- "
		if open && (level != depth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if level == 0 || open {
			body = unstuffed
		}
		if !open {
			out.WriteString(marks)
		}
		depth, open = level, strings.HasSuffix(unstuffed, " ") && !signature
		if open && delSp {
			body = strings.TrimSuffix(body, " ")
		}
		out.WriteString(body)
		if !open && ended {
			out.WriteByte('\n')
		}
	}
	if open {
		out.WriteByte('\n')
	}
	return out.String()
}
