// Package undo takes back what an agent's mail did, as far as it has not left and nobody
// has changed it since.
package undo
