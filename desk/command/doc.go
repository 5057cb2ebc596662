// Package command parses the commands in the text of an agent's mail, and finds
// what looks like a command in the wrong place. It is pure: it knows
// neither tickets nor who may do what.
//
// Commands go on top, one per line, each a # and a name, perhaps with an argument:
//
//	#take
//	#assign bob
//	Text that goes to the requester.
//
// People and their programs write that line in many ways: in bold, as a list
// item, with another number sign, after an invisible character. What is
// plainly a command is one. A command elsewhere, or anything that may be meant as one,
// is a [Doubt]: the mail is held until its writer has been asked, for it may be an
// internal note on its way to a customer.
//
// The entry point is [Read].
package command
