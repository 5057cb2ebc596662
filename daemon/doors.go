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
			if err := d.addDoor(cfg, ln, strings.Contains(name, "lmtp")); err != nil {
				return err
			}
		}
	}
	for i, address := range slices.Concat(cfg.SMTP.Listen, cfg.SMTP.LMTP) {
		if slices.ContainsFunc(given, func(a net.Addr) bool { return sameDoor(a, address) }) {
			continue
		}
		ln, err := listen(address, "[smtp]")
		if err != nil {
			return err
		}
		if err := d.addDoor(cfg, ln, i >= len(cfg.SMTP.Listen)); err != nil {
			return err
		}
	}
	return nil
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
func (d *Daemon) addDoor(cfg *config.Config, ln net.Listener, lmtp bool) error {
	d.doors = append(d.doors, ln)
	door := smtpd.Config{
		Hostname:        cfg.Desk.Hostname,
		LMTP:            lmtp,
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
	server := smtpd.New(ln, d.monitor.metrics.Timed(d.local.Desk), door, d.log)
	d.doorIn = append(d.doorIn, server.Run)
	name := "smtp"
	if lmtp {
		name = "lmtp"
	}
	d.monitor.doors = append(d.monitor.doors, watchedDoor{name + " " + ln.Addr().String(), server})
	return nil
}
