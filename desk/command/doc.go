// Package command reads the commands in the text of an agent's mail, and finds
// what looks like one and is not where commands stand. It is pure: it knows
// neither tickets nor who may do what.
//
// Commands stand on top, one a line, each a # and a name, and perhaps more:
//
//	#take
//	#assign bob
//	Text that goes to the requester.
//
// People and their programs write that line in many ways: in bold, as an item of
// a list, with another number sign, behind a character that nobody sees. What is
// plainly a command is one. A command elsewhere, and whatever may be meant as one,
// is a [Doubt]: the mail must wait until its writer was asked, for it may be an
// internal note on its way to a customer.
//
// The entry point is [Read].
package command
