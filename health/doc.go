// Package health reports the state of the desk to those who run it: whether it is
// alive (/healthz), whether it is ready and what is wrong (/readyz), and metrics
// for Prometheus (/metrics). It decides and changes nothing, and never exposes
// requesters, texts or secrets.
//
// [New] creates the metrics that the parts of the daemon update; [Server.Run] serves
// HTTP on a listener. [Pulse] checks that the desk makes progress.
package health
