// Package author finds the author of a mail when From names somebody else: a group
// passed it on, or a form or a robot sent it. It is pure.
//
// The entry point is [Parse].
package author
