// Package agentmail reads an agent's mail: its commands and text, whether the text
// greets somebody, and which mail of ours it answers. It also replies to its writer and
// writes to the readers of the ticket.
package agentmail
