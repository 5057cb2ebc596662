package person

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Change is what is done with a row of the desk's data.
type Change struct {
	Row
	New    map[string]string // other texts, by column
	Remove bool              // the row goes
	Drop   bool              // the bytes of an outgoing mail go, and with them those of its files
	How    ticket.ErasedHow  // other bytes are put in the place of a received mail's; empty: none
	Raw    []byte            // these
}

// Eraser decides what is done with each row. It keeps numbers, times, states and places, by
// which the desk's laws hold, and takes out whose they were and what was said.
type Eraser struct {
	Case
	traces Traces
	agent  func(address string) bool

	alone, near         map[ticket.ID]bool
	mails, wrote, along map[ticket.MailID]bool
	outgoing, told      map[ticket.OutboxID]bool
	waits               map[ticket.OutboxID]bool
	pending             map[ticket.MailID]bool
	published           published

	Closed []ClosedFile // of mails that were left, or cut
}

// ClosedFile is a file of somebody else's mail that could not be looked into.
type ClosedFile struct {
	Mail ticket.MailID `json:"mail"`
	Name string        `json:"name"`
	Near bool          `json:"near"` // on a ticket on which the person takes part
}

// NewEraser returns the eraser of a case. agent reports whether an address is an agent's;
// mails that wait to be handled are left as they are.
func NewEraser(k Case, agent func(address string) bool, pending []ticket.MailID) *Eraser {
	return &Eraser{
		Case: k, traces: k.Traces(), agent: agent,
		alone: setOf(k.Alone), near: setOf(k.Near), mails: setOf(k.Mails), wrote: setOf(k.Wrote), along: setOf(k.Beside),
		outgoing: setOf(k.Outgoing), told: setOf(k.Told), waits: setOf(k.Waits), pending: setOf(pending), published: published{},
	}
}

func setOf[T comparable](list []T) map[T]bool {
	set := map[T]bool{}
	for _, v := range list {
		set[v] = true
	}
	return set
}

// identities are the columns that hold one address each.
var identities = setOf([]string{"requester", "requester_key", "address", "address_key", "author", "recipient", "recipient_key", "budget_mailbox", "held_key",
	"actor", "from_value", "to_value", "reverse_path", "auth_user"})

// Change returns what is done with a row; false: nothing.
func (e *Eraser) Change(r Row) (Change, bool) {
	c := Change{Row: r}
	e.published.know(r)
	switch r.Table {
	case "outbox_bytes":
		c.Drop = e.outgoing[r.Outgoing] || e.told[r.Outgoing] && e.traces.InMailNear(r.Bytes) || e.inOutgoing(r) || e.traces.Lists(r.Bytes)
		return c, c.Drop
	case "outbox_file":
		c.Drop = readingsOfFile(r.Bytes).in(func(text string) bool { return e.traces.In(text) || e.traces.unshared.quotedIn(text) })
		return c, c.Drop
	case "mail_raw":
		return e.mail(c)
	case "suppression", "wanted_language", "agent_address":
		c.Remove = e.is(r.Texts["address"])
	case "article_reminded":
		c.Remove = e.Slugs[r.Texts["slug"]] != ""
	case "trouble":
		c.Remove = slices.ContainsFunc(slices.Collect(maps.Values(r.Texts)), e.traces.In)
	case "authentication":
		c.Remove = e.wrote[r.Mail] || e.Address == "" && e.mails[r.Mail]
	}
	if c.Remove {
		return c, true
	}
	c.New = map[string]string{}
	for column, text := range r.Texts {
		if now := e.text(r, column, text); now != text {
			c.New[column] = now
		}
	}
	return c, len(c.New) > 0
}

// published are the revisions of articles that are published. They are known once their rows were seen, which come
// before their texts.
type published map[int64]bool

func (p published) know(r Row) {
	if r.Table == "article" && r.Kind == string(ticket.ArticlePublished) {
		p[r.ID] = true
	}
}

// has reports whether a row is a text of one of them, or says of itself that it is.
func (p published) has(r Row) bool {
	return r.Table == "article_text" && (p[r.Article] || r.Kind == string(ticket.ArticlePublished))
}

// is reports whether an address is that of the person.
func (e *Eraser) is(address string) bool {
	return addr.Same(address, e.Address)
}

// theirs reports whether all that a row says is taken out.
func (e *Eraser) theirs(r Row) bool {
	switch r.Table {
	case "ticket", "incident", "event", "participant":
		return e.alone[r.Ticket]
	case "entry":
		return e.alone[r.Ticket] || e.mails[r.Mail] || e.is(r.Texts["author"]) && r.Kind == string(ticket.EntryMessage)
	case "message_ref", "mail":
		return e.mails[r.Mail]
	case "judgement":
		return e.alone[r.Ticket] || e.mails[r.Mail]
	case "outbox", "attempt":
		return e.outgoing[r.Outgoing]
	}
	return false
}

// text returns what stands in a column from then on.
func (e *Eraser) text(r Row, column, text string) string {
	theirs := e.theirs(r)
	switch {
	case IsPlaceholder(text):
		return text
	case column == "slug", column != "actor" && r.Table == "event" && ticket.EventKind(r.Kind).NamesArticle() && e.Slugs[text] != "":
		return cmp.Or(e.Slugs[text], text)
	case column == "full_text" && (e.near[r.Ticket] || e.along[r.Mail]) && (e.traces.InNear(text) || e.traces.InNear(r.Texts["text"])):
		return "" // as the mail is cut: what it quotes goes
	case column == "reverse_path" && r.Table == "mail" && theirs && !e.agent(text):
		return e.stand(r) // which another host may have written anew
	case identities[column] && (e.is(text) || theirs && e.Address == "" && strings.Contains(text, "@") && !e.agent(text)):
		return e.stand(r)
	case theirs && e.blank(r, column):
		return ""
	case theirs && e.isMessageID(r, column):
		return fmt.Sprintf("<erased-%d.m%d@erased.invalid>", e.Erasure, r.Mail)
	case column == "subject" && theirs, column == "text" && r.Table == "entry" && theirs:
		return Gone
	case column == "budget_domain" && theirs && e.outgoingTo(r):
		return "erased.invalid"
	case column == "signature" && theirs:
		return "{}"
	case column == "signature" && e.near[r.Ticket]:
		return e.traces.ScrubNear(e.traces.scrubWeights(text))
	case column == "signature":
		return e.traces.scrubWeights(text)
	case column == "name" && theirs && r.Table == "participant" && r.Kind != string(ticket.RoleAgent):
		return ""
	case column == "subject" && r.Table == "ticket" && e.is(r.Texts["requester"]):
		return Gone
	case e.near[r.Ticket] && (column == "subject" || r.Kind == string(ticket.EventSubject) && r.Table == "event"):
		return e.traces.ScrubSubject(text)
	case e.published.has(r): // of its words a person decides
		return e.traces.scrubNames(text, e.isNear(r))
	case theirs, e.isNear(r):
		return e.traces.ScrubNear(text)
	}
	if column == "name" && e.namesThem(r) {
		return ""
	}
	if isOthers(r, e.agent) {
		return e.traces.Scrub(text)
	}
	return e.traces.ScrubFar(text)
}

// isNear reports whether a row is of a ticket on which the person takes part, or of a mail there.
func (e *Eraser) isNear(r Row) bool {
	return e.alone[r.Ticket] || e.near[r.Ticket] || e.mails[r.Mail] || e.along[r.Mail] || e.outgoing[r.Outgoing] || e.told[r.Outgoing]
}

// inOutgoing reports whether a mail that went out about something else has the person, or quotes them. One that
// waits is not held up by words that somebody else may have written as well.
func (e *Eraser) inOutgoing(r Row) bool {
	return readingsOfMail(r.Bytes).in(func(text string) bool {
		return e.traces.In(text) || !e.waits[r.Outgoing] && e.traces.unshared.quotedIn(text)
	})
}

// isOthers reports whether a row has what somebody outside wrote, be it as somebody else did.
func isOthers(r Row, agent func(address string) bool) bool {
	switch r.Table {
	case "ticket":
		return true
	case "entry":
		return r.Kind == string(ticket.EntryMessage) && !agent(r.Texts["author"])
	case "mail_raw":
		return !agent(mailparse.ShownFrom(r.Bytes).Address)
	}
	return false
}

// outgoingTo reports whether an outgoing mail goes to the person, or to somebody outside.
func (e *Eraser) outgoingTo(r Row) bool {
	to := r.Texts["recipient"]
	return e.is(to) || IsPlaceholder(to) || e.Address == "" && !e.agent(to)
}

// namesThem reports whether a row's name is that of the person.
func (e *Eraser) namesThem(r Row) bool {
	return e.is(r.Texts["author"]) || e.is(r.Texts["address"]) || e.is(r.Texts["requester"])
}

// stand returns the address that stands for whoever was in a row. By age many people of one
// ticket are erased at once, and may not become the same.
func (e *Eraser) stand(r Row) string {
	if e.Address == "" && r.Table != "ticket" {
		return fmt.Sprintf("erased-%d.%d@erased.invalid", e.Erasure, r.ID)
	}
	return e.Placeholder()
}

// isMessageID reports whether a column has the Message-ID that somebody else's program gave
// a mail; our own names nobody.
func (e *Eraser) isMessageID(r Row, column string) bool {
	return column == "message_id" && (r.Table == "mail" || r.Table == "message_ref" && r.Mail != 0)
}

// blank reports whether nothing stands in a column of a row of which all is taken out.
func (e *Eraser) blank(r Row, column string) bool {
	switch r.Table {
	case "ticket":
		return column == "name" || column == "tags"
	case "entry":
		return column == "full_text" || column == "name" && (!e.agent(r.Texts["author"]) && r.Kind != string(ticket.EntrySystem))
	case "event":
		kind := ticket.EventKind(r.Kind)
		return column == "reason" && freeWords[kind] || column == "topic" && kind == ticket.EventAsked ||
			(column == "from_value" || column == "to_value") && (kind == ticket.EventSubject || kind == ticket.EventTagged || kind == ticket.EventUntagged)
	case "judgement":
		return column == "learnt"
	case "outbox":
		return column == "last_text" || column == "held_key"
	case "attempt":
		return column == "text"
	case "incident":
		return column == "solution"
	case "mail":
		return column == "client" || column == "helo"
	}
	return false
}

// freeWords are the kinds of events whose reason is in the words of a person or of another
// host; those of the others are words of the desk. A test holds that each kind is decided.
var freeWords = map[ticket.EventKind]bool{
	ticket.EventRuleFailed: true, ticket.EventQuarantined: true, ticket.EventDropped: true, ticket.EventRequester: true, ticket.EventEscalated: true,
	ticket.EventReturned: true, ticket.EventRefused: true, ticket.EventUndone: true, ticket.EventHeld: true, ticket.EventDelayed: true,
	ticket.EventUndeliverable: true, ticket.EventUnproven: true, ticket.EventReportedAgain: true, ticket.EventNotSent: true, ticket.EventRetried: true,
	ticket.EventCancelled: true, ticket.EventApproval: true, ticket.EventRated: true, ticket.EventLoopSign: true, ticket.EventOther: true,

	ticket.EventPlanned: true, ticket.EventQuestion: true, ticket.EventApprovalAsked: true,

	ticket.EventCreated: false, ticket.EventFollows: false, ticket.EventLost: false, ticket.EventClaims: false, ticket.EventOnlooker: false,
	ticket.EventForeign: false, ticket.EventSuspect: false, ticket.EventToBounces: false, ticket.EventCopy: false, ticket.EventThanked: false,
	ticket.EventStatus: false, ticket.EventAssigned: false, ticket.EventQueue: false, ticket.EventCategory: false, ticket.EventPriority: false,
	ticket.EventLevel: false, ticket.EventLanguage: false, ticket.EventJoined: false, ticket.EventAccepted: false, ticket.EventLeft: false,
	ticket.EventNotEscalated: false, ticket.EventWoken: false, ticket.EventAnswered: false, ticket.EventReleased: false, ticket.EventReplaced: false,
	ticket.EventPassedOn: false, ticket.EventTakenBack: false, ticket.EventReports: false, ticket.EventLeads: false, ticket.EventSolved: false,
	ticket.EventSplit: false, ticket.EventReported: false, ticket.EventMerged: false, ticket.EventMergedIn: false, ticket.EventUnmerged: false,
	ticket.EventLinked: false, ticket.EventSplitOff: false, ticket.EventComesOf: false, ticket.EventWarned: false, ticket.EventBreached: false,
	ticket.EventMet: false, ticket.EventInformed: false, ticket.EventNeverAnswered: false, ticket.EventNotAcknowledged: false, ticket.EventHeldBack: false,
	ticket.EventLetGo: false, ticket.EventBudgetSpent: false, ticket.EventSuppressed: false, ticket.EventComplaint: false, ticket.EventLoopSuspected: false,
	ticket.EventAsked: false, ticket.EventVendorAnswered: false, ticket.EventVendorNumber: false, ticket.EventVendorLate: false,
	ticket.EventVoted: false, ticket.EventApprovalLate: false, ticket.EventErased: false,
	ticket.EventKindOf: false, ticket.EventTagged: false, ticket.EventUntagged: false, ticket.EventSubject: false, ticket.EventWorked: false,
	ticket.EventReminded: false, ticket.EventPlanEnded: false,
	ticket.EventArticle: false, ticket.EventArticleSent: false, ticket.EventArticleOffered: false, ticket.EventArticleSolved: false,
}

// mail returns what is put in the place of a received mail; false: it stays.
func (e *Eraser) mail(c Change) (Change, bool) {
	id := c.Row.Mail
	if e.pending[id] {
		return c, false
	}
	if e.mails[id] {
		c.How, c.Raw = ticket.ErasedOut, e.tombstone(id)
		return c, !bytes.Equal(c.Raw, c.Bytes)
	}
	near := e.along[id]
	scrub, texts := e.scrubOf(c.Bytes, near), readingsOfMail(c.Bytes)
	for _, name := range texts.closed {
		e.Closed = append(e.Closed, ClosedFile{id, name, near})
	}
	if texts.in(func(text string) bool { return scrub(text) != text }) || near && e.traces.inSubject(c.Bytes) {
		c.How, c.Raw = ticket.ErasedCut, e.cut(c.Bytes, near)
		return c, true
	}
	return c, false
}

// tombstone returns what stands in the place of a mail of which all is taken out. It is never
// handled, but whoever reads it sees what it is.
func (e *Eraser) tombstone(id ticket.MailID) []byte {
	return fmt.Appendf(nil, "From: %s\r\nAuto-Submitted: auto-generated\r\nSubject: %s\r\nMessage-ID: <erased-%d.m%d@erased.invalid>\r\n\r\nWhat stood here was erased (erasure %d).\r\n",
		e.Placeholder(), Gone, e.Erasure, id, e.Erasure)
}
