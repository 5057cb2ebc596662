package daemon

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"maildesk/config"
	"maildesk/smtpd"
)

// openDoors opens the SMTP and LMTP listeners: those that the service manager has
// opened for us (sd_listen_fds(3)), and those of the configuration that are not
// among them. A socket whose name contains "lmtp" speaks LMTP.
func (d *Daemon) openDoors(cfg *config.Config, sockets map[string][]net.Listener) error {
	var given []net.Addr
	for _, name := range slices.Sorted(maps.Keys(sockets)) {
		for _, ln := range sockets[name] {
			given = append(given, ln.Addr())
			if err := d.addDoor(cfg, ln, kindOf(name)); err != nil {
				return err
			}
		}
	}
	for _, door := range doorsOf(cfg.SMTP) {
		address := door.address
		if slices.ContainsFunc(given, func(a net.Addr) bool { return sameDoor(a, address) }) {
			continue
		}
		ln, err := listen(address, "[smtp]")
		if err != nil {
			return err
		}
		if err := d.addDoor(cfg, ln, door.kind); err != nil {
			return err
		}
	}
	return nil
}

// doorKind is the protocol of a door.
type doorKind string

const (
	doorSMTP        doorKind = "smtp"
	doorLMTP        doorKind = "lmtp"
	doorSubmission  doorKind = "submission"
	doorSubmissions doorKind = "submissions"
)

// kindOf returns the kind of a socket by its name in the service manager.
func kindOf(socket string) doorKind {
	for _, kind := range []doorKind{doorLMTP, doorSubmissions, doorSubmission} {
		if strings.Contains(socket, string(kind)) {
			return kind
		}
	}
	return doorSMTP
}

// configuredDoor is an address of the configuration.
type configuredDoor struct {
	address string
	kind    doorKind
}

// doorsOf returns the doors of a configuration, in their order.
func doorsOf(s config.SMTP) (all []configuredDoor) {
	for _, of := range []struct {
		kind      doorKind
		addresses []string
	}{{doorSMTP, s.Listen}, {doorLMTP, s.LMTP}, {doorSubmission, s.Submission}, {doorSubmissions, s.Submissions}} {
		for _, a := range of.addresses {
			all = append(all, configuredDoor{a, of.kind})
		}
	}
	return all
}

// listen opens a listener; section is the one that contains its address.
func listen(address, section string) (net.Listener, error) {
	network, place := "tcp", address
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, place = "unix", path
	}
	ln, err := net.Listen(network, place)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; another program may hold the port, or it is below 1024 and you are not root: choose another in %s listen", place, err, section)
	}
	return ln, nil
}

// sameDoor reports whether a listener is at an address of the configuration.
func sameDoor(a net.Addr, address string) bool {
	if path, unix := strings.CutPrefix(address, "unix:"); unix || a.Network() == "unix" {
		return unix && a.String() == path
	}
	want, err := net.ResolveTCPAddr("tcp", address)
	got, ok := a.(*net.TCPAddr)
	if err != nil || !ok || got.Port != want.Port {
		return false
	}
	anywhere := func(ip net.IP) bool { return len(ip) == 0 || ip.IsUnspecified() }
	return got.IP.Equal(want.IP) || anywhere(got.IP) && anywhere(want.IP)
}

// addDoor creates the server that accepts mail on a listener.
func (d *Daemon) addDoor(cfg *config.Config, ln net.Listener, kind doorKind) error {
	d.doors = append(d.doors, ln)
	door := smtpd.Config{
		Hostname:        cfg.Desk.Hostname,
		LMTP:            kind == doorLMTP,
		MaxMessageBytes: cfg.Limits.MaxMessage,
		MaxRecipients:   cfg.Limits.MaxRecipients,
		MaxConnections:  cfg.SMTP.MaxConnections,
		MaxPerAddress:   cfg.SMTP.MaxPerClient,
		Proxies:         cfg.SMTP.Proxies,
	}
	if cfg.SMTP.Certificate != "" {
		certificate, err := smtpd.OpenCertificate(cfg.SMTP.Certificate, cfg.SMTP.Key, d.log)
		if err != nil {
			return err
		}
		door.TLS = certificate.Config()
		d.monitor.certificate = certificate
	}
	if kind == doorSubmission || kind == doorSubmissions {
		if door.TLS == nil {
			return fmt.Errorf("the door %s at %s needs tls_certificate: nobody logs in in clear text", kind, ln.Addr())
		}
		door.Accounts, door.ImplicitTLS = d.accounts(cfg), kind == doorSubmissions
	}
	server := smtpd.New(ln, d.monitor.metrics.Timed(d.local.Desk), door, d.log)
	d.doorIn = append(d.doorIn, server.Run)
	d.monitor.doors = append(d.monitor.doors, watchedDoor{string(kind) + " " + ln.Addr().String(), server})
	return nil
}
