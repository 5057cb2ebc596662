// Package control answers the questions that agents ask the desk by mail.
//
// The entry point is [AskedDesk].
package control
