// Package agentmail reads what an agent's mail says: its commands and text, whether that
// greets somebody, and which mail of ours it answers. Its writer is answered here, and so
// are the readers of the ticket.
package agentmail
