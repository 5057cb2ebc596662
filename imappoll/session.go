package imappoll

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"maildesk/desk"
)

// server is all that fetching asks of an IMAP server. Every method ends within
// a bounded time, with an error when the server does not answer.
type server interface {
	// open selects a mailbox; only where write is set may its mails change.
	open(ctx context.Context, name string, write bool) (desk.Selected, error)
	// list gives the UIDs above one, ascending; most is how many there can be.
	list(ctx context.Context, above, most uint32) ([]uint32, error)
	has(ctx context.Context, uid uint32) (bool, error)
	facts(ctx context.Context, uids []uint32) (map[uint32]facts, error)
	// mail gives the bytes of a mail of at most limit bytes (0: a GiB).
	mail(ctx context.Context, uid uint32, size, limit int64) ([]byte, error)
	header(ctx context.Context, uid uint32) ([]byte, error)
	// able says what of an After the server cannot do, nil: nothing.
	able(After) error
	flag(ctx context.Context, uids []uint32, keyword string) error
	move(ctx context.Context, uids []uint32, folder string) error
	remove(ctx context.Context, uids []uint32) error
	// idle returns after d, or soon after the server told of a change.
	idle(ctx context.Context, d time.Duration, wake <-chan struct{}) error
	// lost reports whether the connection is gone.
	lost() bool
	close()
}

// facts is what a server says of a mail beside its content.
type facts struct {
	size    int64
	arrived time.Time
	deleted bool
}

var (
	errVanished   = errors.New("the mail is not there any more")
	errCannotMove = errors.New("the server offers neither MOVE nor UIDPLUS: mails stay in the mailbox")
	errNoKeywords = errors.New("the mailbox keeps no keywords: mails stay unmarked")
	errHalfMoved  = errors.New("mails were copied to the folder but could not be taken out of the mailbox")
)

// maxHeader bounds the header of a mail that is too large.
const maxHeader = 256 << 10

// session is a connection on which somebody is logged in.
type session struct {
	wire     *wire
	client   *imapclient.Client
	caps     imap.CapSet // after the log-in
	patience time.Duration
	keywords []imap.Flag // that the mailbox keeps
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

func (s *session) open(ctx context.Context, name string, write bool) (sel desk.Selected, err error) {
	err = s.within(ctx, smallTalk, func() error {
		data, err := s.client.Select(name, &imap.SelectOptions{ReadOnly: !write}).Wait()
		if err != nil {
			return fmt.Errorf("open the mailbox: %w", err)
		}
		s.keywords = data.PermanentFlags
		sel = desk.Selected{UIDValidity: data.UIDValidity, UIDNext: uint32(data.UIDNext), Messages: data.NumMessages}
		return nil
	})
	if err != nil {
		return sel, err
	}
	if sel.UIDValidity == 0 {
		return sel, errors.New("the server gives no UIDVALIDITY: its mails cannot be told apart")
	}
	if sel.UIDNext == 0 { // optional before RFC 3501
		uids, err := s.list(ctx, 0, sel.Messages)
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

func (s *session) list(ctx context.Context, above, most uint32) (uids []uint32, err error) {
	if most == 0 || above == ^uint32(0) {
		return nil, nil
	}
	err = s.within(ctx, smallTalk+12*int64(most), func() error {
		found, err := s.search(imap.UIDSet{{Start: imap.UID(above + 1)}})
		if err != nil {
			return err
		}
		for _, r := range found {
			if r.Start == 0 || r.Stop < r.Start || int64(r.Stop-r.Start) >= int64(most)+1024-int64(len(uids)) {
				return fmt.Errorf("list mails: the server names more than the %d that it has", most)
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
		return nil
	})
	return uids, err
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
		messages, err := s.client.Fetch(setOf(uids), &imap.FetchOptions{Flags: true, RFC822Size: true, InternalDate: true}).Collect()
		for _, m := range messages {
			all[uint32(m.UID)] = facts{size: m.RFC822Size, arrived: m.InternalDate, deleted: slices.Contains(m.Flags, imap.FlagDeleted)}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ask for sizes: %w", err)
	}
	return all, nil
}

func (s *session) mail(ctx context.Context, uid uint32, size, limit int64) ([]byte, error) {
	if limit == 0 {
		limit = 1 << 30
	}
	patience := s.patience + time.Duration(min(size, limit)/(16<<10))*time.Second // 16 KiB a second at least
	return s.section(ctx, uid, &imap.FetchItemBodySection{Peek: true}, patience, limit)
}

func (s *session) header(ctx context.Context, uid uint32) ([]byte, error) {
	return s.section(ctx, uid, &imap.FetchItemBodySection{
		Peek: true, Specifier: imap.PartSpecifierHeader, Partial: &imap.SectionPartial{Size: maxHeader},
	}, s.patience, maxHeader)
}

// section fetches one section of a mail, which is streamed into memory under
// the limit. A larger one costs the connection.
func (s *session) section(ctx context.Context, uid uint32, item *imap.FetchItemBodySection, patience time.Duration, limit int64) (raw []byte, err error) {
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
					broken = fmt.Errorf("the server sends %d bytes, more than it said before", body.Literal.Size())
					s.wire.Conn.Close()
					continue
				}
				buffer := bytes.NewBuffer(make([]byte, 0, min(body.Literal.Size(), 64<<20)+bytes.MinRead))
				n, err := buffer.ReadFrom(body.Literal)
				if broken = err; err == nil && n != body.Literal.Size() {
					broken = fmt.Errorf("the mail ends after %d of %d bytes", n, body.Literal.Size())
				}
				raw = buffer.Bytes()
			}
		}
		return errors.Join(broken, cmd.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("fetch the mail: %w", err)
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
