package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/settings"
	"maildesk/desk/trouble"
	"maildesk/durable"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

// brokenName is the file in the data folder that marks that the admin was notified
// of a broken store: a supervisor may restart the daemon every few seconds.
const brokenName = "store-broken.told"

const (
	toldFor      = 24 * time.Hour  // then the admin is notified again
	wellAfter    = time.Hour       // of work, then the store counts as repaired
	lastMailTime = 2 * time.Minute // for all smarthosts together
)

// brokenStore reports whether an error of Open or Run means that the database
// cannot be used until somebody does something about it.
func brokenStore(err error) bool {
	_, lost := errors.AsType[*datafolder.LostError](err)
	_, damaged := errors.AsType[*sqlite.DamagedError](err)
	return lost || damaged || errors.Is(err, groupcommit.ErrBroken)
}

// sayBroken notifies the admin by a last mail that the store is broken, unless that
// was done within a day. The mail goes straight to the smarthost, as there is no
// outbox any more. Failures are logged.
func sayBroken(ctx context.Context, cfg *config.Config, set *settings.Settings, log *slog.Logger, cause error) {
	if !brokenStore(cause) || set.Admin == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lastMailTime)
	defer stop()
	host, err := lastMail(ctx, cfg, set, log, cause)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "the store is broken, and the admin could not be notified", "admin", set.Admin, "err", err)
	case host != "":
		log.InfoContext(ctx, "the store is broken; the admin was notified by mail", "admin", set.Admin, "smarthost", host)
	}
}

// lastMail sends the mail and returns the smarthost that accepted it; empty: the
// admin was notified before, or nothing may be sent.
func lastMail(ctx context.Context, cfg *config.Config, set *settings.Settings, log *slog.Logger, cause error) (host string, err error) {
	if p, err := OutboxPaused(cfg.Desk.Data); p != nil || err != nil {
		return "", err
	}
	now := time.Now()
	m, err := trouble.LastMail(set, brokenTrouble(cause), now)
	if err != nil {
		return "", err
	}
	mark, err := markTold(cfg.Desk.Data, cause, now)
	if mark == "" || err != nil {
		return "", err
	}
	open, _, err := localdesk.Transports(cfg, log)
	if err != nil {
		return "", errors.Join(err, os.Remove(mark))
	}
	transport := open()
	defer transport.Close()
	reply, err := transport.Send(ctx, m)
	if err != nil { // the next start tries again
		return "", errors.Join(fmt.Errorf("%s: %w", reply.Host, err), os.Remove(mark))
	}
	return reply.Host, nil
}

// brokenTrouble returns the text of the last mail.
func brokenTrouble(cause error) ticket.Trouble {
	return ticket.Trouble{Kind: ticket.TroubleStore, Subject: "the desk stands still, its database cannot be used",
		Text: fmt.Sprintf("%v\n\nNo mail is accepted, handled or sent until this is repaired; other mail servers keep what they have for the desk and try again. "+
			"docs/operations.md says under \"Backup and restore\" and \"Rebuilding\" how to go on. As long as it lasts you get this mail once a day.", cause)}
}

// brokenMarks returns where the mark may be: in the data folder or, if that is gone
// or not writable, in the system's folder for temporary files.
func brokenMarks(folder string) []string {
	if abs, err := filepath.Abs(folder); err == nil {
		folder = abs
	}
	return []string{
		filepath.Join(folder, brokenName),
		filepath.Join(os.TempDir(), fmt.Sprintf("maildesk-%x-%s", sha256.Sum256([]byte(folder)), brokenName)),
	}
}

// toldBroken returns when the admin was notified of a broken store, zero if they
// were not, and the existing marks.
func toldBroken(folder string) (at time.Time, marks []string, err error) {
	for _, path := range brokenMarks(folder) {
		info, err := os.Lstat(path)
		switch {
		case err == nil:
			marks = append(marks, path)
			if info.ModTime().After(at) {
				at = info.ModTime()
			}
		case !errors.Is(err, fs.ErrNotExist):
			return at, marks, err
		}
	}
	return at, marks, nil
}

// markTold records that the admin is notified now and returns the file that marks
// it; empty: they were notified within a day. Without a mark no mail may be sent.
func markTold(folder string, cause error, now time.Time) (mark string, err error) {
	at, marks, err := toldBroken(folder)
	if err != nil || !at.IsZero() && now.Sub(at).Abs() < toldFor {
		return "", err
	}
	for _, old := range marks {
		if err := os.Remove(old); err != nil {
			return "", err
		}
	}
	var errs []error
	for _, path := range brokenMarks(folder) {
		err := durable.Create(path, fmt.Appendln(nil, cause))
		if err == nil {
			if err = os.Chtimes(path, now, now); err == nil {
				return path, nil
			}
			err = errors.Join(err, os.Remove(path))
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

// observeMended notifies the admin that the store works again, once it has done so
// for an hour, as it may break again at once.
func (d *Daemon) observeMended(ctx context.Context, now time.Time) error {
	if now.Sub(d.monitor.since) < wellAfter {
		return nil
	}
	at, marks, err := toldBroken(d.policy.cfg.Desk.Data)
	if err != nil || at.IsZero() {
		return err
	}
	cause, err := os.ReadFile(marks[0])
	if err == nil {
		err = d.troubles().TroubleWasTold(ctx, brokenTrouble(errors.New(string(cause))), at)
	}
	for _, path := range marks {
		if err == nil {
			err = os.Remove(path)
		}
	}
	return err
}
