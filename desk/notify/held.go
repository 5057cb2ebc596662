package notify

// Held says why an agent's mail was not carried out: it waits, and its writer was
// asked. Closed set; the templates have words for each.
type Held string

// The reasons. What waits for any of them but the last two goes out with #anyway.
const (
	HeldLanguage  Held = "language"  // it is in another language than the requester's; Reason is that language
	HeldCommand   Held = "command"   // Lines are, or may be meant as, commands and do not stand on top
	HeldBehind    Held = "behind"    // Lines are commands with text behind them that take none
	HeldUnclear   Held = "unclear"   // Lines are commands that may be quoted: what is quoted is not marked
	HeldParts     Held = "parts"     // it has parts for readers of several languages, and the readers of Lines have none in theirs
	HeldFiles     Held = "files"     // Lines are files that are too large to go with it
	HeldCrossed   Held = "crossed"   // Actor, a colleague, Did something At a time, since the notice was sent that it answers
	HeldGreeting  Held = "greeting"  // it would stay inside, and greets the requester
	HeldSolution  Held = "solution"  // it would stay inside, and resolves the ticket
	HeldVendor    Held = "vendor"    // it would go to a vendor, but greets the requester
	HeldColleague Held = "colleague" // it would go to the requester, but begins as if it were for Actor, a colleague
	HeldStranger  Held = "stranger"  // it would stay inside, and answers the mail of Actor, who takes no part yet
	HeldNobody    Held = "nobody"    // nobody reads what is sent to the requester's address, and nobody else takes part
	HeldAbsence   Held = "absence"   // it reads like a note of absence that a program of its writer's sent
	HeldHidden    Held = "hidden"    // Lines stand in it where its readers do not see them
	HeldQuoted    Held = "quoted"    // Lines are internal, and it quotes them
	HeldWithin    Held = "within"    // Lines stand within the mail that it quotes, and would not go out
	HeldInternal  Held = "internal"  // Lines are the text or files that hold an agent's address or an internal Message-ID
	HeldForward   Held = "forward"   // it only passes on what somebody else wrote: it is a note now, and does not wait
)

// Helds lists them all.
var Helds = []Held{
	HeldLanguage, HeldCommand, HeldBehind, HeldUnclear, HeldParts, HeldFiles, HeldCrossed, HeldGreeting, HeldSolution, HeldVendor, HeldColleague, HeldStranger, HeldNobody, HeldAbsence, HeldHidden, HeldQuoted, HeldWithin, HeldInternal, HeldForward,
}

// Inside reports whether the mail waits since its text would stay among agents.
func (h Held) Inside() bool { return h == HeldGreeting || h == HeldSolution || h == HeldStranger }

// Did is what a colleague did on a ticket. The templates have words for each.
type Did string

// What they did.
const (
	DidAnswer  Did = "answered"
	DidTake    Did = "took"
	HasIt      Did = "has" // it was given to them
	DidResolve Did = "resolved"
	DidSpam    Did = "spam"
	DidHandOn  Did = "handed-on"
	DidMerge   Did = "merged" // the ticket Into is worked on in this one
)

// Undone is why an agent's mail was kept as a note and nothing else was done.
// Closed set; it is also the reason of the mail's disposition, and the words of
// [TemplateNotDone] have a sentence for each.
type Undone string

// The reasons, in the order in which they are looked for.
const (
	UndoneForged    Undone = "forged-agent"     // a server of auth_servers says that it is forged
	UndoneUnproven  Undone = "unproven-agent"   // it answers no mail of ours to the agent
	UndoneMessageID Undone = "message-id-alone" // it does, but not to the signed address
	UndoneEnded     Undone = "address-ended"    // the ticket was closed token_life ago
	UndoneRound     Undone = "earlier-round"    // the ticket was reopened since
	UndoneNotTheirs Undone = "not-theirs"       // the ticket is with others now
	UndoneLost      Undone = "lost-past"        // the ticket was lost with its data
	UndoneLevel     Undone = "below-proof"      // what it asks for needs more proof than it shows
	UndoneOther     Undone = "other-address"    // it came to the agent's signed address from one that is not theirs
)

// UndoneDisowned is the reason of the event that ends the wait of a mail of which its agent says
// that they did not write it, and why an #anyway for that mail does nothing. No mail is held for it.
const UndoneDisowned Undone = "disowned"

// Undones lists those for which a mail is held.
var Undones = []Undone{UndoneForged, UndoneUnproven, UndoneMessageID, UndoneEnded, UndoneRound, UndoneNotTheirs, UndoneLost, UndoneLevel, UndoneOther}

// Doubtful reports whether somebody else may have written the mail.
func (u Undone) Doubtful() bool {
	return u == UndoneForged || u == UndoneUnproven || u == UndoneMessageID || u == UndoneLevel || u == UndoneOther || u == UndoneDisowned
}

// Releasable reports whether the agent can have the mail carried out as it
// stands, by an #anyway that may act.
func (u Undone) Releasable() bool {
	return u != UndoneDisowned && (u.Doubtful() || u == UndoneRound)
}
