// Package simulation plays a whole desk in one thread, from a seed: people who ask,
// agents who answer, machines, mail servers that lose answers, mailboxes whose UIDs
// change, kills at any commit, and decisions that overtake each other. Its clock is
// virtual, so that a week takes part of a second. After each step laws must hold. The desk
// is on SQLite, or on a PostgreSQL server whose clock is not asked.
//
// It drives the real desk on a real store, through what daemon, smtpd, imappoll and
// outbox call. It replaces the world around them, and it is for tests only: nothing
// else imports it.
//
// Begin with [NewStage] and [Stage.Play].
package simulation
