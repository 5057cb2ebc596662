package imappoll

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"maildesk/ticket"
)

// server is what the fetcher needs from an IMAP server. Every method returns within
// a bounded time, with an error when the server does not answer.
type server interface {
	// open selects a mailbox, read-only unless write is set.
	open(ctx context.Context, name string, write bool) (ticket.Selected, error)
	// list returns the UIDs greater than above, ascending, of an opened mailbox.
	list(ctx context.Context, above uint32, of ticket.Selected) ([]uint32, error)
	has(ctx context.Context, uid uint32) (bool, error)
	facts(ctx context.Context, uids []uint32) (map[uint32]facts, error)
	// mail returns a mail of at most limit bytes (0: a GiB). If the connection
	// breaks, the error is a *cutError with what arrived; when that is passed as
	// have, only the rest is fetched.
	mail(ctx context.Context, uid uint32, size, limit int64, have []byte) ([]byte, error)
	header(ctx context.Context, uid uint32) ([]byte, error)
	// able returns why the server cannot do what After asks for; nil: it can.
	able(After) error
	flag(ctx context.Context, uids []uint32, keyword string) error
	move(ctx context.Context, uids []uint32, folder string) error
	remove(ctx context.Context, uids []uint32) error
	connection
}

// connection is the connection to an IMAP server.
type connection interface {
	// idle returns after d, or soon after the server announced a change.
	idle(ctx context.Context, d time.Duration, wake <-chan struct{}) error
	// lost reports whether the connection is closed.
	lost() bool
	close()
}

// facts is what a server knows about a mail besides its content.
type facts struct {
	size    int64
	arrived time.Time
	deleted bool
}

var (
	errVanished   = errors.New("the mail is no longer there")
	errCannotMove = errors.New("the server offers neither MOVE nor UIDPLUS: mails stay in the mailbox")
	errNoKeywords = errors.New("the mailbox stores no keywords: mails stay unmarked")
	errHalfMoved  = errors.New("mails were copied to the folder but could not be removed from the mailbox")
)

// maxHeader bounds what is fetched of a mail that is too large, in bytes.
const maxHeader = 256 << 10

// session is a connection, logged in once login has returned.
type session struct {
	wire     *wire
	client   *imapclient.Client
	caps     imap.CapSet // after the log-in
	patience time.Duration
	keywords []imap.Flag // that the mailbox can store
	noIdle   bool
}

var _ server = (*session)(nil)

func (s *session) within(ctx context.Context, n int64, fn func() error) error {
	return within(ctx, s.wire, s.patience, n, fn)
}

// close ends the connection and with it the library's goroutine.
func (s *session) close() { s.wire.Conn.Close() }

func (s *session) lost() bool {
	select {
	case <-s.client.Closed():
		return true
	default:
		return false
	}
}

func (s *session) open(ctx context.Context, name string, write bool) (sel ticket.Selected, err error) {
	err = s.within(ctx, smallTalk, func() error {
		data, err := s.client.Select(name, &imap.SelectOptions{ReadOnly: !write}).Wait()
		if err != nil {
			return fmt.Errorf("open the mailbox: %w", err)
		}
		s.keywords = data.PermanentFlags
		sel = ticket.Selected{UIDValidity: data.UIDValidity, UIDNext: uint32(data.UIDNext), Messages: data.NumMessages}
		return nil
	})
	if err != nil {
		return sel, err
	}
	if sel.UIDValidity == 0 {
		return sel, errors.New("the server returns no UIDVALIDITY: its mails cannot be identified")
	}
	if sel.UIDNext == 0 { // optional before RFC 3501
		uids, err := s.list(ctx, 0, sel)
		if err != nil {
			return sel, err
		}
		sel.UIDNext = 1
		if len(uids) > 0 {
			sel.UIDNext = uids[len(uids)-1] + 1
		}
	}
	return sel, nil
}

// maxListed bounds the number of mails in a mailbox, whatever its server claims.
const maxListed = 2_000_000

func (s *session) list(ctx context.Context, above uint32, of ticket.Selected) (uids []uint32, err error) {
	most := min(of.Messages, maxListed)
	if most == 0 || above == ^uint32(0) {
		return nil, nil
	}
	err = s.within(ctx, smallTalk+12*int64(most), func() error {
		found, err := s.search(imap.UIDSet{{Start: imap.UID(above + 1)}})
		if err != nil {
			return err
		}
		uids, err = expand(found, above, most)
		return err
	})
	if err == nil && len(uids) == 0 && of.UIDNext > above+1 {
		return s.listByFetch(ctx, above, most)
	}
	return uids, err
}

// expand returns the UIDs of a set that are greater than above, ascending. It fails
// when there are many more than most.
func expand(found imap.UIDSet, above, most uint32) (uids []uint32, err error) {
	for _, r := range found {
		if r.Start == 0 || r.Stop < r.Start || int64(r.Stop-r.Start) >= int64(most)+1024-int64(len(uids)) {
			return nil, fmt.Errorf("list mails: the server lists more than the %d that it has", most)
		}
		for uid := r.Start; ; uid++ {
			if uint32(uid) > above { // n:* always includes the last mail
				uids = append(uids, uint32(uid))
			}
			if uid == r.Stop {
				break
			}
		}
	}
	slices.Sort(uids)
	return uids, nil
}

// listByFetch lists mails with FETCH, as some servers (GNU mailutils) do not find new
// mails in a search. It asks for all of them only when the last one shows that some
// are missing. A server that has mails and names none has not answered: its mails would be
// passed over as if they were gone.
func (s *session) listByFetch(ctx context.Context, above, most uint32) (uids []uint32, err error) {
	for _, set := range []imap.SeqSet{{{Start: most, Stop: most}}, {{Start: 1, Stop: most}}} {
		uids = nil
		named := 0
		err := s.within(ctx, smallTalk+64*int64(most), func() error {
			return s.each(ctx, s.client.Fetch(set, &imap.FetchOptions{UID: true}), func(uid uint32, _ facts) {
				if uid > 0 {
					named++
				}
				if uid > above && len(uids) < int(most) {
					uids = append(uids, uid)
				}
			})
		})
		if err != nil {
			return nil, fmt.Errorf("list mails by FETCH: %w", err)
		}
		if box := s.client.Mailbox(); named == 0 && box != nil && box.NumMessages > 0 {
			return nil, fmt.Errorf("list mails by FETCH: the server has %d mails and names none", box.NumMessages)
		}
		if len(uids) == 0 {
			return nil, nil // the mails that raised UIDNEXT are gone
		}
	}
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

func (s *session) search(set imap.UIDSet) (imap.UIDSet, error) {
	var options *imap.SearchOptions
	if s.caps.Has(imap.CapESearch) {
		options = &imap.SearchOptions{ReturnAll: true}
	}
	data, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, options).Wait()
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	found, _ := data.All.(imap.UIDSet)
	return found, nil
}

func (s *session) has(ctx context.Context, uid uint32) (has bool, err error) {
	err = s.within(ctx, smallTalk, func() error {
		found, err := s.search(imap.UIDSetNum(imap.UID(uid)))
		has = found.Contains(imap.UID(uid))
		return err
	})
	return has, err
}

func (s *session) facts(ctx context.Context, uids []uint32) (map[uint32]facts, error) {
	all := make(map[uint32]facts, len(uids))
	err := s.within(ctx, smallTalk, func() error {
		return s.each(ctx, s.client.Fetch(setOf(uids), &imap.FetchOptions{Flags: true, RFC822Size: true, InternalDate: true}), func(uid uint32, of facts) {
			all[uid] = of
		})
	})
	if err != nil {
		return nil, fmt.Errorf("ask for sizes: %w", err)
	}
	return all, nil
}

// each calls fn for each mail that the answer to a FETCH without bodies tells of.
func (s *session) each(ctx context.Context, cmd *imapclient.FetchCommand, fn func(uid uint32, of facts)) error {
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		uid, of := uint32(0), facts{}
		for part := m.Next(); part != nil; part = m.Next() {
			switch part := part.(type) {
			case imapclient.FetchItemDataUID:
				uid = uint32(part.UID)
			case imapclient.FetchItemDataFlags:
				of.deleted = slices.Contains(part.Flags, imap.FlagDeleted)
			case imapclient.FetchItemDataRFC822Size:
				of.size = part.Size
			case imapclient.FetchItemDataInternalDate:
				of.arrived = part.Time
			case imapclient.FetchItemDataBodySection: // nobody asked for it
				if part.Literal == nil {
					continue
				}
				if n, err := io.Copy(io.Discard, part.Literal); n != part.Literal.Size() {
					s.cutOff(ctx)
					return cmp.Or(err, errors.New("an answer ends within a text"))
				}
			}
		}
		fn(uid, of)
	}
	return cmd.Close()
}

// cutOff ends a connection whose server has cut off a literal.
//
// QUIRK: Next and Close of the library would go on reading it, in a race with the library's own reader.
func (s *session) cutOff(ctx context.Context) {
	s.wire.Conn.Close()
	select {
	case <-s.client.Closed():
	case <-ctx.Done():
	}
}

// cutError means that the connection broke during a mail.
type cutError struct {
	came []byte // from the beginning of the mail
	err  error
}

func (e *cutError) Error() string {
	return fmt.Sprintf("the connection broke after %d bytes: %v", len(e.came), e.err)
}
func (e *cutError) Unwrap() error { return e.err }

func (s *session) mail(ctx context.Context, uid uint32, size, limit int64, have []byte) ([]byte, error) {
	if limit == 0 {
		limit = 1 << 30
	}
	patience := s.patience + time.Duration(min(size, limit)/(16<<10))*time.Second // 16 KiB a second at least
	item := &imap.FetchItemBodySection{Peek: true}
	if len(have) > 0 {
		item.Partial = &imap.SectionPartial{Offset: int64(len(have)), Size: limit}
	}
	raw, err := s.section(ctx, uid, item, patience, limit)
	if err != nil && len(raw) > 0 && s.lost() {
		return nil, &cutError{slices.Concat(have, raw), err}
	}
	if err != nil || len(have) == 0 {
		return raw, err
	}
	if whole := slices.Concat(have, raw); int64(len(whole)) == size {
		return whole, nil
	}
	return s.mail(ctx, uid, size, limit, nil) // the sizes it reports are unreliable
}

func (s *session) header(ctx context.Context, uid uint32) ([]byte, error) {
	return s.section(ctx, uid, &imap.FetchItemBodySection{
		Peek: true, Specifier: imap.PartSpecifierHeader, Partial: &imap.SectionPartial{Size: maxHeader},
	}, s.patience, maxHeader)
}

// section fetches one section of a mail into memory. If it exceeds limit, the
// connection is closed. With an error it returns what arrived of a section that was
// cut off.
func (s *session) section(ctx context.Context, uid uint32, item *imap.FetchItemBodySection, patience time.Duration, limit int64) (raw []byte, err error) {
	short := false
	err = within(ctx, s.wire, patience, limit+limit/8+smallTalk, func() error {
		cmd := s.client.Fetch(setOf([]uint32{uid}), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{item}})
		var broken error
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			for part := m.Next(); part != nil; part = m.Next() {
				body, ok := part.(imapclient.FetchItemDataBodySection)
				if !ok || body.Literal == nil || raw != nil {
					continue
				}
				if body.Literal.Size() > limit {
					broken = fmt.Errorf("the server sends %d bytes, more than it reported before", body.Literal.Size())
					s.wire.Conn.Close()
					continue
				}
				buffer := bytes.NewBuffer(make([]byte, 0, min(body.Literal.Size(), 64<<20)+bytes.MinRead))
				n, err := buffer.ReadFrom(body.Literal)
				raw, short = buffer.Bytes(), n != body.Literal.Size()
				if short {
					s.cutOff(ctx)
					return cmp.Or(err, fmt.Errorf("the mail ends after %d of %d bytes", n, body.Literal.Size()))
				}
				broken = err
			}
		}
		return errors.Join(broken, cmd.Close())
	})
	if err != nil {
		if !short { // the mail is complete; what failed came after it
			raw = nil
		}
		return raw, fmt.Errorf("fetch the mail: %w", err)
	}
	if raw == nil {
		return nil, errVanished
	}
	return raw, nil
}

func setOf(uids []uint32) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	return set
}
