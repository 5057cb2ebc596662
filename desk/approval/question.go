package approval

import "strings"

// What is asked stands as one text in the event ([ticket.EventApprovalAsked]): a line, which may be empty, an empty
// line, and what stood below. It is written and read here and nowhere else.
const belowLine = "\n\n"

// question is the text of what is asked on a line, and below it.
func question(line, below string) string { return line + belowLine + below }

// lineOf returns the line of a question.
func lineOf(question string) string {
	line, _, _ := strings.Cut(question, belowLine)
	return line
}
