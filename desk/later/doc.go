// Package later sends what agents have planned: a text at a set time, a text only if nobody
// answers, and reminders to those who do not answer. Plans are recorded in the events of a
// ticket, and its PlanAt says when the clock must look at them next; a plan is carried out, with
// the event that says so, in one transaction.
//
// The entry points are [Plan], [Due], [Answered] and [Says].
package later
