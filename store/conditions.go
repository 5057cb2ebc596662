package store

import (
	"strconv"
	"strings"
)

// conditions is a WHERE clause that grows.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) add(test string, value any) {
	c.args = append(c.args, value)
	c.text = append(c.text, test+"$"+strconv.Itoa(len(c.args)))
}

func (c *conditions) in(column string, n int, value func(int) any) {
	marks := make([]string, n)
	for i := range marks {
		c.args = append(c.args, value(i))
		marks[i] = "$" + strconv.Itoa(len(c.args))
	}
	c.text = append(c.text, column+" IN ("+strings.Join(marks, ", ")+")")
}

func (c *conditions) where() string {
	if len(c.text) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.text, " AND ")
}

// limit returns the end of a statement that bounds its rows; 0 is no bound.
func (c *conditions) limit(n int) string {
	if n == 0 {
		return ""
	}
	c.args = append(c.args, n)
	return " LIMIT $" + strconv.Itoa(len(c.args))
}
