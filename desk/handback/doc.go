// Package handback takes a whole handover back: what an agent has given a colleague by
// #handover and that nobody has worked on since.
package handback
