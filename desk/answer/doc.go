// Package answer handles an agent's mail: whether it may act, what its commands ask for,
// whether it is held because its writer may have missed something, and what it does.
//
// The entry point is [FromAgentIfProven].
package answer
