// Package routing judges a new request by the admin's rules: facts in,
// category, priority, queue, level, tags and template out, with the name of
// every rule that fired. It acts on nothing and sees no raw bytes.
//
// The entry points are [Compile] and [Rules.Route].
package routing
