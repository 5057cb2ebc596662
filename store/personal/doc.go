// Package personal says what each column of the databases holds of a person. What shows,
// exports and erases a person's data goes by it.
package personal
