// Package handback hands over to a colleague what an agent has (#handover), and takes a whole
// handover back: what nobody has worked on since.
package handback
