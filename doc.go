// Package maildesk is a help desk that works by mail, in one daemon. People
// write to support@; every request becomes a ticket; agents answer from the
// mail client they already have. Nobody needs a browser.
//
// The packages (an arrow is an import; docs/architecture.md has the way of a mail):
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
// The rooms of the desk, which are functions over one value ([maildesk/desk/decision.Change]):
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
// the queue of a new one, [maildesk/rota] who is on call there; [maildesk/outage] notices when many report the same;
// [maildesk/desk] decides what happens and who is notified;
// [maildesk/templates] renders the texts and [maildesk/compose] the bytes; one
// transaction of [maildesk/store] writes all of it or nothing; [maildesk/outbox] sends what waits to be sent, and [maildesk/schedule] is the
// clock. [maildesk/health] reports the state of the desk to those who run it,
// [maildesk/web] shows agents the desk in a browser, with [maildesk/web/access] at its door, and
// [maildesk/daemon] wires them and makes no decision: daemon/localdesk opens the desk of a
// configuration, daemon/privacy finds and erases a person in it, daemon/moving moves it to another
// database, daemon/auditanchor keeps beside it what its audit was.
//
// Besides these: [maildesk/config] reads maildesk.toml ([maildesk/config/section] its tables), [maildesk/accounts] has the
// passwords of agents who submit mail, [maildesk/mailauth/sign] signs what goes out,
// [maildesk/addr] compares mail addresses, [maildesk/clientnet] names the network of a client, [maildesk/flowed] breaks and joins the lines of format=flowed, [maildesk/letters] writes letters without accents,
// [maildesk/report] counts the figures of `maildesk stats`;
// [maildesk/search] reads what people look for, [maildesk/search/kb] finds articles by it, [maildesk/search/attached] names the files in which the words stand, [maildesk/filetext] reads these, [maildesk/similar] finds how alike two texts are (measured on [maildesk/similar/made]);
// [maildesk/article] has the files, drafts and HTML of the knowledge base;
// [maildesk/learn] guesses what a request is about from how earlier ones were filed, and
// [maildesk/desk/learning] makes examples of these;
// [maildesk/mailbox] has the files of an archive; [maildesk/demo] plays a whole
// story; [maildesk/durable] writes files that survive a power cut;
// [maildesk/faulttest] has what the tests of the fault catalogue share; and
// [maildesk/simulation] plays a desk and the world around it from a seed.
//
// Adapters (smtpd, imappoll, outbox, schedule, health, web, store, templates) never
// import each other, and desk and the packages below it know no sockets and no
// SQL. arrows_test.go reads the source files and enforces this.
package maildesk
