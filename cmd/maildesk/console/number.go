package console

import (
	"fmt"
	"strconv"
	"strings"

	"maildesk/ticket"
)

// Number is the number of a ticket or a mail on the command line, also as the lists
// print it: #17.
type Number int64

// UnmarshalText reads a number with or without # in front.
func (n *Number) UnmarshalText(text []byte) error {
	v, err := strconv.ParseInt(strings.TrimPrefix(string(text), "#"), 10, 64)
	if err != nil || v < 1 {
		return fmt.Errorf("%q is not a number; write it as 17 or #17", text)
	}
	*n = Number(v)
	return nil
}

// Numbers formats numbers of tickets.
func Numbers(ids []ticket.ID) string {
	var all []string
	for _, id := range ids {
		all = append(all, fmt.Sprintf("#%d", id))
	}
	return strings.Join(all, ", ")
}

// Listed returns the first numbers of tickets.
func Listed(ids []ticket.ID) string {
	const most = 20
	text := Numbers(ids[:min(len(ids), most)])
	if len(ids) > most {
		text += " …"
	}
	return text
}
