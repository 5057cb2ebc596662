// Package digest writes to each agent, once on every working day, what waits in their
// queues, what is late, how requesters rate what they solved, and who is away.
//
// The entry point is [SendDue].
package digest
