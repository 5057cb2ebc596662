package console

import (
	"fmt"
	"strconv"
	"strings"
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
