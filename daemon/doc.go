// Package daemon wires everything together: it turns a configuration into a store,
// a desk, listeners, pollers, senders and a clock, runs them, and stops them in
// order. It makes no decision about mail.
//
// [Open] returns the whole daemon; package localdesk opens only the desk and its data,
// for commands that read or import.
package daemon
