// Package handback hands an agent's tickets over to a colleague (#handover), and takes a whole
// handover back, except tickets that somebody has worked on since.
package handback
