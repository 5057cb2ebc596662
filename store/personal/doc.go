// Package personal says what each column of the databases holds about a person. Showing,
// exporting and erasing a person's data all go by it.
package personal
