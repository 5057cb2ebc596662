package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/ticket"
)

// Bounds of what is fine.
const (
	slowSync      = 30 * time.Millisecond // median time in which the disk writes a block durably
	syncs         = 21
	soonExpires   = 14 * 24 * time.Hour
	silentMailbox = 30 * time.Minute
)

// machine looks at the clock and the disk.
func (v *visit) machine(context.Context) {
	var x unix.Timex
	state, err := unix.Adjtimex(&x)
	switch {
	case err != nil:
		v.add("clock", Unknown, fmt.Sprintf("the kernel does not say whether the clock is right: %v", err), "")
	case state == unix.TIME_ERROR || x.Status&unix.STA_UNSYNC != 0:
		v.add("clock", Odd, "no time service keeps the clock of this machine", "run systemd-timesyncd or chrony: promised times and signatures go by the clock")
	default:
		v.add("clock", Fine, "the clock is kept by a time service", "")
	}
	median, err := syncTime(v.cfg.Desk.Data)
	switch {
	case err != nil:
		v.add("disk", Unknown, fmt.Sprintf("the data folder cannot be written to by this user: %v", err), "run it as the user of the desk")
	case median > slowSync:
		v.add("disk", Odd, fmt.Sprintf("the disk takes %v to write a block durably", median.Round(time.Millisecond)), "each mail waits for that: put the data on an SSD, or on a controller with a battery")
	default:
		v.add("disk", Fine, fmt.Sprintf("the disk writes a block durably in %v", median.Round(10*time.Microsecond)), "")
	}
}

// syncTime returns the median time in which a block is on stable storage in a folder.
func syncTime(folder string) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "doctor-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var all []time.Duration
	for range syncs {
		began := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// doors looks whether somebody answers where the desk listens.
func (v *visit) doors(ctx context.Context) {
	for _, listen := range v.cfg.SMTP.Listen {
		network := "tcp"
		if filepath.IsAbs(listen) {
			network = "unix"
		}
		dialer := net.Dialer{Timeout: 5 * time.Second}
		conn, err := dialer.DialContext(ctx, network, listen)
		if err != nil {
			v.add("door", Bad, fmt.Sprintf("nobody answers at %s, where mail should come in: %v", listen, err), "start maildesk serve (systemctl start maildesk), and look at its log")
			continue
		}
		conn.Close()
		v.add("door", Fine, "somebody answers at "+listen, "")
	}
}

// certificate looks at the certificate of the door.
func (v *visit) certificate(context.Context) {
	if v.cfg.SMTP.Certificate == "" {
		return
	}
	pair, err := tls.LoadX509KeyPair(v.cfg.SMTP.Certificate, v.cfg.SMTP.Key)
	if err != nil {
		v.add("certificate", Bad, err.Error(), "name a certificate and its key that fit in [smtp]")
		return
	}
	v.gradeCertificate(pair.Leaf, time.Now())
}

// gradeCertificate says whether others can rely on a certificate at a time.
func (v *visit) gradeCertificate(leaf *x509.Certificate, now time.Time) {
	left := leaf.NotAfter.Sub(now)
	err := leaf.VerifyHostname(v.cfg.Desk.Hostname)
	switch {
	case left < 0:
		v.add("certificate", Bad, "it expired on "+leaf.NotAfter.Format(time.DateOnly), "renew it; the desk reads the new file by itself")
	case left < soonExpires:
		v.add("certificate", Odd, "it expires on "+leaf.NotAfter.Format(time.DateOnly), "renew it; the desk reads the new file by itself")
	case err != nil:
		v.add("certificate", Odd, fmt.Sprintf("it is not for the hostname of [desk]: %v", err), "senders that check names do not send: get one for "+v.cfg.Desk.Hostname)
	default:
		v.add("certificate", Fine, "it is good until "+leaf.NotAfter.Format(time.DateOnly), "")
	}
}

// mailboxes looks at what the daemon found when it last fetched.
func (v *visit) mailboxes(ctx context.Context) {
	if len(v.cfg.IMAP) == 0 {
		return
	}
	if v.local == nil {
		v.add("mailbox", Unknown, "no daemon has fetched a mailbox yet", "start maildesk serve")
		return
	}
	var all []ticket.Mailbox
	err := v.local.Desk.View(ctx, func(r ticket.Reader) (err error) {
		all, err = r.Mailboxes()
		return err
	})
	if err != nil {
		v.add("mailbox", Unknown, err.Error(), "")
	}
	for _, m := range all {
		name := m.Name + " of " + m.Account
		switch ago := time.Since(m.Status.ContactAt); {
		case m.Status.State != ticket.MailboxFine && m.Status.State != "":
			v.add("mailbox", Bad, fmt.Sprintf("%s is %s: %s", name, m.Status.State, m.Status.Reason), "maildesk mailboxes says since when")
		case ago > silentMailbox:
			v.add("mailbox", Bad, fmt.Sprintf("the desk was last in touch with %s %v ago", name, ago.Round(time.Minute)), "start maildesk serve, and look at its log")
		default:
			v.add("mailbox", Fine, name+" is fetched", "")
		}
	}
}
