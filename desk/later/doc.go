// Package later sends what agents have planned: a text at a time, a text only if nobody
// answers, and reminders of whoever does not answer. What is planned stands in the events of a
// ticket, and when the clock looks at it next in its PlanAt; a plan is carried out, with the
// event that says so, in one transaction.
//
// The entry points are [Plan], [Due], [Answered] and [Says].
package later
