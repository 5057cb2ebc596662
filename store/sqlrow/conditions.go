package sqlrow

import (
	"encoding/json"
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

// NotIn adds the test that a column is none of some numbers.
func (c *Conditions) NotIn(column string, numbers []int64) {
	if len(numbers) == 0 {
		return
	}
	list, _ := json.Marshal(numbers) // numbers always can be
	c.Args = append(c.Args, string(list))
	c.Text = append(c.Text, column+" NOT IN (SELECT CAST(value AS BIGINT) FROM json_each($"+strconv.Itoa(len(c.Args))+"))")
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
