// Package manual writes the manual pages: maildesk(1) from the command line itself, and
// maildesk.toml(5) from the tables of all keys in docs/routing.md, which the tests of
// package config hold against the code.
package manual
