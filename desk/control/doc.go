// Package control is what agents ask the desk by mail, and what it answers.
//
// The entry point is [AskedDesk].
package control
