package main

import (
	"fmt"
	"strconv"
	"strings"
)

// number is the number of a ticket or a mail on the command line, also as the lists
// print it: #17.
type number int64

func (n *number) UnmarshalText(text []byte) error {
	v, err := strconv.ParseInt(strings.TrimPrefix(string(text), "#"), 10, 64)
	if err != nil || v < 1 {
		return fmt.Errorf("%q is not a number; write it as 17 or #17", text)
	}
	*n = number(v)
	return nil
}
