// Package maildesk is a help desk that works by mail, in one daemon. People
// write to support@; every request becomes a ticket; agents answer from the
// mail client they already have. Nobody needs a browser.
//
// The packages (an arrow is an import; docs/architecture.md has the path of a mail):
//
//	cmd/maildesk ─► daemon ─► smtpd  imappoll  health ─► desk ─┬─► routing ─► target  rota ─► calendar
//	                        │                            │      ├► compose  outage  mailauth  learn
//	                        │                            │      └─► threading ─► mailparse ─► quote classify language tnef
//	                        │                            └► the rooms of the desk, below
//	                        ├► mailauth/check ─► mailauth/dmarc  mailauth/resolver;  mailauth/signed
//	                        ├► web ─► web/access  report  search
//	                        ├► templates ─► desk/notify
//	                        └► outbox  store  schedule  config
//
// The rooms of the desk, whose functions all work on one value ([maildesk/desk/decision.Change]):
//
//	desk ─┬► control ─► answer ─► join  undo ─► agentmail ────────────┐
//	      │                       └► request ─┬► incident ─┐          │
//	      │                                   ├► copies    ├► incoming ─► notices ─► trouble ─► decision ─► order ─► settings
//	      │                                   └► loop ─► delivery ┘  └► author                       └► draft  recent
//	      └► deadline  digest  vendor  approval  wish  knowledge ─► notices;  login ─► decision
//
// Pure and below them are command, notify, silence, share, markup, leak, thanks and person; recover, beside the
// desk, makes the same decisions over an old journal.
//
// The rooms of the store:
//
//	salvage ─► store ─┬► tables ─┬► outgoing  articles  alike ─► statement ─► memory
//	                  │          └► personal
//	                  ├► laws ───────────┐
//	                  ├► groupcommit     ├► sqlite ─┬► sqlrow
//	                  ├► migrations ─────┘          ├► datafolder
//	                  └► postgres ──────────────────┴► fulltext
//
// All of them but schedule and config use the types of [maildesk/ticket]. What the events of a
// ticket add up to is in [maildesk/ticket/history], and what people read of them in
// [maildesk/ticket/wording].
//
// A mail passes each of them once. [maildesk/smtpd] receives it, or
// [maildesk/imappoll] fetches it from a mailbox, and the desk writes it to disk
// before the sender gets its 250; [maildesk/mailauth/check] checks who sent it,
// by SPF, DKIM and DMARC, and [maildesk/mailauth/signed] an agent's own signature; [maildesk/mailparse] parses it;
// [maildesk/threading] finds the ticket it belongs to; [maildesk/routing] finds
// the queue of a new one, [maildesk/rota] who is on call there; [maildesk/outage] notices when many
// people report the same thing;
// [maildesk/desk] decides what happens and who is notified;
// [maildesk/templates] renders the texts and [maildesk/compose] the bytes; one
// transaction of [maildesk/store] writes all of it or nothing; [maildesk/outbox] sends what is due,
// and [maildesk/schedule] is the
// clock. [maildesk/health] reports the state of the desk to those who run it,
// [maildesk/web] shows agents the desk in a browser, with [maildesk/web/access] guarding it, and
// [maildesk/daemon] wires them together and decides nothing: daemon/localdesk opens the desk of a
// configuration, daemon/privacy finds and erases a person in it, daemon/moving moves it to another
// database, daemon/auditanchor keeps beside it what its audit was.
//
// Besides these: [maildesk/config] reads maildesk.toml ([maildesk/config/section] its tables),
// [maildesk/accounts] has the passwords of agents who submit mail, [maildesk/mailauth/sign] signs
// outgoing mail, [maildesk/addr] compares mail addresses, [maildesk/clientnet] returns the network
// of a client, [maildesk/flowed] wraps and joins the lines of format=flowed, [maildesk/letters]
// strips accents from letters, [maildesk/report] counts the figures of `maildesk stats`;
// [maildesk/search] parses search queries, [maildesk/search/kb] finds articles,
// [maildesk/search/attached] names the attached files that contain the words, [maildesk/filetext]
// reads their text, [maildesk/similar] scores how similar two texts are (measured on
// [maildesk/similar/made]);
// [maildesk/article] has the files, drafts and HTML of the knowledge base;
// [maildesk/learn] guesses what a request is about from how earlier ones were filed, and
// [maildesk/desk/learning] turns those into examples;
// [maildesk/mailbox] reads mail archives; [maildesk/demo] plays through a whole
// story; [maildesk/durable] writes files that survive a power cut;
// [maildesk/faulttest] has what the tests of the fault catalogue share; and
// [maildesk/simulation] runs a desk and the world around it from a seed.
//
// Adapters (smtpd, imappoll, outbox, schedule, health, web, store, templates) never
// import each other, and desk and the packages below it know no sockets and no
// SQL. arrows_test.go reads the source files and enforces this.
package maildesk
