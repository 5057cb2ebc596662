package threading

import (
	"context"
	"fmt"
	"slices"

	"maildesk/mailparse"
)

// How much of one mail is looked at.
const (
	maxRecipients = 50
	maxReferences = 50 // Message-IDs of In-Reply-To and References together
	maxTags       = 10
)

// Resolver finds the ticket that a mail belongs to. It is safe for concurrent
// use and keeps nothing between mails.
type Resolver struct {
	keys   *Keyring
	name   string
	former []string
}

// New makes a resolver; deskName is the name in our subject tags, former are names that
// stood there before.
func New(keys *Keyring, deskName string, former ...string) *Resolver {
	return &Resolver{keys: keys, name: deskName, former: former}
}

// right is what one piece of evidence entitles the sender to, weakest first.
type right int

const (
	none   right = iota
	claim        // names a ticket, but has no right to it
	holder       // holds a token that was made for somebody else
	writer       // may write to the ticket, according to the From field
	owner        // is the person that the token was made for
)

// Resolve returns the ticket of a mail. The evidence is looked at in this
// order: signed addresses among the recipients; In-Reply-To, then References
// from the last to the first, where our signed Message-IDs go before stored
// ones; subject tags; events of calendars, which only lead those to a ticket who may write
// to it. The right of the sender decides first:
//
//  1. the sender is the one that a token was made for: full match, with Token;
//  2. the sender may write to the ticket: a match without Token, whichever
//     evidence led there. Somebody else's token never lends its role;
//  3. the sender is a stranger to the ticket, but holds a token of it: Holder;
//  4. the mail names a ticket, and the sender has no right to it: Claims.
//
// A token that names a lost ticket (see [Keys.NextEpoch]) is not followed; one
// that names a lost participant of a ticket that exists counts as a mere mention
// of that ticket. Lost is set when no token leads anywhere; ids and tags are then
// ignored.
//
// When two pieces of evidence carry the same right, the stronger [Reason] wins,
// and among equal ones the first. A token is ignored when its ticket or
// participant does not exist or differs from what the token says. Errors are
// those of the Index.
func (r *Resolver) Resolve(ctx context.Context, index Index, m Mail) (Match, error) {
	s := search{ctx: ctx, index: index, mail: m, write: map[int64]bool{}}
	for _, step := range []func(*search) error{r.addresses, r.ownIDs, r.storedIDs, r.tags, r.events} {
		if err := step(&s); err != nil {
			return Match{}, fmt.Errorf("find the ticket of a mail: %w", err)
		}
		if s.right == owner {
			break
		}
	}
	return s.best, nil
}

// search is the state of one Resolve: the best match so far.
type search struct {
	ctx   context.Context
	index Index
	mail  Mail
	right right
	best  Match
	past  Match          // of the first token that names a lost ticket
	write map[int64]bool // what MayWrite said
}

// offer keeps a match when its right exceeds that of the best so far.
func (s *search) offer(by right, m Match) {
	if by > s.right {
		s.right, s.best = by, m
	}
}

func (r *Resolver) addresses(s *search) error {
	for _, addr := range head(s.mail.Recipients, maxRecipients) {
		if t, key, _, ok := r.keys.signedAddress(addr); ok {
			if err := s.signed(t, key, ReplyAddress); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Resolver) ownIDs(s *search) error {
	for _, id := range s.references() {
		if t, key, ok := r.keys.signedMessageID(id); ok {
			if err := s.signed(t, key, OwnMessageID); err != nil {
				return err
			}
		}
	}
	if s.right == none && s.past.Lost != 0 {
		s.offer(claim, s.past)
	}
	return nil
}

func (r *Resolver) storedIDs(s *search) error {
	for _, id := range s.references() {
		if s.right >= writer || s.best.Lost != 0 {
			return nil
		}
		refs, err := s.index.MessageID(s.ctx, id)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if s.mail.Trusted {
				s.offer(writer, Match{Ticket: ref.Ticket, Reason: ForeignID})
			} else if err := s.named(ref.Ticket, ForeignID); err != nil {
				return err
			}
		}
	}
	return s.lateComer()
}

// lateComer finds the ticket of a mail that arrives after its answers: the answer was
// to all, among them its author, who may write to the ticket therefore. An id that
// another mail has carried already proves nothing: ids get reused.
func (s *search) lateComer() error {
	if s.mail.MessageID == "" || s.right >= writer || s.best.Lost != 0 {
		return nil
	}
	refs, err := s.index.MessageID(s.ctx, s.mail.MessageID)
	if err != nil || slices.ContainsFunc(refs, func(ref Ref) bool { return !ref.Named }) {
		return err
	}
	for _, ref := range refs {
		may := s.mail.Trusted
		if !may {
			if may, err = s.mayWrite(ref.Ticket); err != nil {
				return err
			}
		}
		if may {
			s.offer(writer, Match{Ticket: ref.Ticket, Reason: ForeignID})
		}
	}
	return nil
}

func (r *Resolver) tags(s *search) error {
	if s.right >= writer || s.best.Lost != 0 {
		return nil
	}
	for _, ticket := range head(FindTags(r.name, s.mail.Subject, r.former...), maxTags) {
		if err := s.named(ticket, SubjectTag); err != nil {
			return err
		}
	}
	return nil
}

func (r *Resolver) events(s *search) error {
	for _, id := range head(s.mail.Events, maxReferences) {
		if s.right > none || s.best.Lost != 0 {
			return nil // it names a ticket
		}
		refs, err := s.index.MessageID(s.ctx, id)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			may, err := s.mayWrite(ref.Ticket)
			if err != nil {
				return err
			}
			if may {
				s.offer(writer, Match{Ticket: ref.Ticket, Reason: SameEvent})
			}
		}
	}
	return nil
}

// signed offers the match of a token that key signed. When the token was lost, it
// only names its ticket: one that still exists if just the participant was lost,
// else one that is gone.
func (s *search) signed(t Token, key ringKey, reason Reason) error {
	switch {
	case !key.lost(t):
		return s.token(t, reason)
	case t.Ticket <= key.kept.Ticket:
		return s.named(t.Ticket, reason)
	case s.past.Lost == 0:
		s.past = Match{Lost: t.Ticket, LostRole: t.Role}
	}
	return nil
}

// token offers the match of a valid token in the hands of the sender.
func (s *search) token(t Token, reason Reason) error {
	if t.Ticket == 0 || t.Participant == 0 {
		return nil // our own mail, yet about no ticket or to nobody
	}
	address, ticket, role, err := s.index.AddressOf(s.ctx, t.Participant)
	if err != nil {
		return err
	}
	if address == "" || ticket != t.Ticket || role != t.Role {
		return nil
	}
	mayWrite, err := s.mayWrite(t.Ticket)
	if err != nil {
		return err
	}
	m := Match{Ticket: t.Ticket, Reason: reason, Internal: t.Kind == Internal}
	switch {
	case mayWrite && same(address, s.mail.From):
		m.Token = &t
		s.offer(owner, m)
		if best := s.best.Token; t.Action != "" && best.Ticket == t.Ticket && best.Participant == t.Participant && !slices.Contains(s.best.Actions, t.Action) {
			s.best.Actions = append(s.best.Actions, t.Action)
		}
	case mayWrite:
		s.offer(writer, m)
	default:
		m.Token, m.Holder = &t, true
		s.offer(holder, m)
	}
	return nil
}

// named offers a ticket that the mail names without a signature.
func (s *search) named(ticket int64, reason Reason) error {
	mayWrite, err := s.mayWrite(ticket)
	if err != nil {
		return err
	}
	if mayWrite {
		s.offer(writer, Match{Ticket: ticket, Reason: reason})
	} else {
		s.offer(claim, Match{Claims: ticket})
	}
	return nil
}

func (s *search) mayWrite(ticket int64) (bool, error) {
	if s.mail.From == "" {
		return false, nil
	}
	may, known := s.write[ticket]
	if known {
		return may, nil
	}
	may, err := s.index.MayWrite(s.ctx, ticket, s.mail.From)
	if err != nil {
		return false, err
	}
	s.write[ticket] = may
	return may, nil
}

// references returns the ids of the mails that this one answers, nearest first,
// without repetition.
func (s *search) references() []string {
	ids := slices.Clone(head(s.mail.InReplyTo, maxReferences))
	for _, id := range slices.Backward(s.mail.References) {
		if len(ids) >= maxReferences {
			break
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func head[T any](list []T, n int) []T { return list[:min(n, len(list))] }

func same(a, b string) bool {
	return mailparse.Address{Address: a}.Same(mailparse.Address{Address: b})
}
