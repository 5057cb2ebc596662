// Package answer is the mail of an agent: whether it may act, what its commands ask for,
// whether it must wait because its writer may not have seen something, and what it does.
//
// The entry point is [FromAgentIfProven].
package answer
