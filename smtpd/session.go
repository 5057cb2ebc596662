package smtpd

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/desk"
	"maildesk/ticket"
)

// session is one client's dialogue as go-smtp sees it. Every error that leaves
// it has gone through [reply].
type session struct {
	ctx  context.Context
	srv  *Server
	lib  *smtp.Conn
	conn *conn

	open     bool // MAIL was accepted
	declared int64
	env      ticket.Envelope
}

// Mail begins a mail.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	switch {
	case s.open: // QUIRK: go-smtp takes a second MAIL and keeps the recipients of the first (conn.go:318)
		return reply(errNestedMail)
	case opts.Return != "" || opts.EnvelopeID != "":
		return reply(errDSN)
	}
	reversePath := ""
	if from != "" {
		var err error
		if reversePath, err = path(from); err != nil {
			return reply(errBadReversePath)
		}
	}
	if err := s.srv.desk.Room(s.ctx, opts.Size); err != nil {
		s.srv.refusedMails.Add(1)
		s.refuse("mail refused", err)
		return reply(err)
	}
	s.open, s.declared = true, opts.Size
	s.env = ticket.Envelope{
		Source:      ticket.SourceSMTP,
		ReversePath: reversePath,
		Helo:        s.lib.Hostname(),
		TLS:         s.conn.secure,
		AuthUser:    s.conn.account,
	}
	if s.conn.client.IsValid() {
		s.env.Client = s.conn.client.String()
	}
	return nil
}

// Rcpt adds a recipient if there is one at the address. ORCPT is ignored.
func (s *session) Rcpt(to string, opts *smtp.RcptOptions) error {
	if len(opts.Notify) > 0 {
		return reply(errDSN)
	}
	forwardPath, err := path(to)
	if err != nil {
		err = errBadForwardPath
	} else {
		err = s.srv.desk.CheckRecipient(s.ctx, forwardPath)
	}
	if err != nil {
		s.srv.refusedRecipients.Add(1)
		s.refuse("recipient refused", err, "forward_path", to)
		return reply(err)
	}
	s.env.ForwardPaths = append(s.env.ForwardPaths, forwardPath)
	return nil
}

// Data reads the mail and hands it over to the desk, which keeps it.
//
// QUIRK: it reads from the connection and not from go-smtp's reader, which drops
// a CR behind a leading dot (data.go:116), refuses a mail of exactly the greatest
// size (data.go:73), and has one time limit for the whole mail, after which
// go-smtp runs the rest as commands (conn.go:1327, issue 196).
func (s *session) Data(io.Reader) error {
	defer s.conn.release()
	var id ticket.MailID
	raw, err := s.conn.readBody(s.ctx, s.declared)
	if err == nil {
		s.conn.progress.Store(math.MaxInt64) // it waits for us
		id, err = s.srv.desk.Accept(s.ctx, s.env, raw)
		s.conn.progress.Store(time.Now().UnixNano())
	}
	if err != nil {
		s.srv.refusedMails.Add(1)
		if errors.Is(err, desk.ErrLoop) {
			s.srv.loops.Add(1)
		}
		s.refuse("mail refused", err)
		return reply(err)
	}
	s.srv.kept.Add(1)
	s.conn.kept, s.conn.commands = id, 0
	s.srv.log.Info("mail kept", "mail", id, "reverse_path", s.env.ReversePath,
		"forward_paths", s.env.ForwardPaths, "client", s.env.Client, "size", len(raw))
	return nil
}

// refuse logs a refusal: as an error when the fault is ours.
func (s *session) refuse(what string, err error, more ...any) {
	args := append(more, "reverse_path", s.env.ReversePath, "client", s.env.Client, "err", err)
	if isOurs(err) && !errors.Is(err, context.Canceled) {
		s.srv.log.Error(what, args...)
		return
	}
	s.srv.log.Info(what, args...)
}

// Reset forgets the mail that was begun.
func (s *session) Reset() {
	s.open, s.declared, s.env = false, 0, ticket.Envelope{}
}

// Logout has nothing to free.
func (s *session) Logout() error { return nil }
