// Package undo takes back what an agent's mail did, except mails that have left and values
// that somebody has changed since.
package undo
