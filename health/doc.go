// Package health tells those who run the desk how it does: whether it lives
// (/healthz), whether it is ready and what is amiss (/readyz), and its figures
// for Prometheus (/metrics). It decides nothing and changes nothing; neither
// requesters nor texts nor secrets are in what it says.
//
// [New] makes the figures, which the daemon's parts feed; [Server.Run] answers
// on a listener. [Pulse] is the proof that the desk makes progress.
package health
