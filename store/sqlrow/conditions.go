package sqlrow

import (
	"strconv"
	"strings"
)

// Conditions is a WHERE clause that grows.
type Conditions struct {
	Text []string
	Args []any
}

// Add adds a test of a value: its text without the value, such as "queue = ".
func (c *Conditions) Add(test string, value any) {
	c.Args = append(c.Args, value)
	c.Text = append(c.Text, test+"$"+strconv.Itoa(len(c.Args)))
}

// In adds the test that a column is one of n values.
func (c *Conditions) In(column string, n int, value func(int) any) {
	marks := make([]string, n)
	for i := range marks {
		c.Args = append(c.Args, value(i))
		marks[i] = "$" + strconv.Itoa(len(c.Args))
	}
	c.Text = append(c.Text, column+" IN ("+strings.Join(marks, ", ")+")")
}

// Where returns the clause, empty where there is no condition.
func (c *Conditions) Where() string {
	if len(c.Text) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.Text, " AND ")
}

// Limit returns the end of a statement that bounds its rows; 0 is no bound.
func (c *Conditions) Limit(n int) string {
	if n == 0 {
		return ""
	}
	c.Args = append(c.Args, n)
	return " LIMIT $" + strconv.Itoa(len(c.Args))
}

// Places returns n parameters of a statement: "$1, $2".
func Places(n int) string {
	var all []string
	for i := range n {
		all = append(all, "$"+strconv.Itoa(i+1))
	}
	return strings.Join(all, ", ")
}
