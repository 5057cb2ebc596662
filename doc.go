// Package maildesk is a help desk that lives in mail, in one daemon. People
// write to support@; every request becomes a ticket; agents answer from the
// mail client they already have. Nobody needs a browser.
//
// The house, from the door to the cellar (an arrow is an import):
//
//	cmd/maildesk ─► daemon ─► smtpd  imappoll  health ─► desk ─┬─► routing ─► target ─► calendar
//	                        │                            │      ├► compose  outage  mailauth
//	                        │                            │      └─► threading ─► mailparse ─► quote classify language tnef
//	                        │                            └► desk/command  desk/notify  desk/silence  desk/leak  desk/thanks
//	                        ├► templates ─► desk/notify
//	                        └► outbox  store  schedule  config
//
// All of them but schedule and config speak in the words of [maildesk/ticket].
//
// A mail walks through it once. [maildesk/smtpd] takes it, or
// [maildesk/imappoll] from a mailbox, and asks the desk to keep it before
// anyone is told 250; [maildesk/mailparse] understands it;
// [maildesk/threading] finds the ticket it belongs to; [maildesk/routing] finds
// the queue of a new one; [maildesk/outage] notices when many report the same;
// [maildesk/desk] decides what happens and who must be told;
// [maildesk/templates] finds the words and [maildesk/compose] makes the bytes;
// one transaction of [maildesk/store] keeps all of it or nothing;
// [maildesk/outbox] sends what waits to be sent, and [maildesk/schedule] is the
// clock. [maildesk/health] tells those who run the desk how it does, and
// [maildesk/daemon] wires them and holds no decision.
//
// Beside the way of a mail: [maildesk/config] reads maildesk.toml,
// [maildesk/mailbox] the files of an archive; [maildesk/demo] plays the whole
// story; [maildesk/durable] writes files that outlast a power cut; and
// [maildesk/faulttest] is what the tests of the fault catalogue share.
//
// Adapters (smtpd, imappoll, outbox, schedule, health, store, templates) never
// import each other, and the middle (desk and below) knows no socket and no
// SQL. The test in this folder reads the source files and holds the arrows.
package maildesk
