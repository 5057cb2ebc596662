// Package daemon wires the house: it turns a configuration into a store, a
// desk, doors in and out and a clock, runs them, and stops them in order. It
// holds no decision about mail.
//
// [Open] gives the whole daemon; [OpenBench] only the desk and its data, for
// commands that look or import.
package daemon
