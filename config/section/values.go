package section

import (
	"fmt"
	"math"
	"net"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"

	"maildesk/addr"
)

var days = regexp.MustCompile(`^(\d+)d`)

// ParseDuration parses a duration as time.ParseDuration does, with optional days
// ("14d", "1d12h") in front. It is never negative.
func ParseDuration(s string) (time.Duration, error) {
	var d time.Duration
	rest := s
	if m := days.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 36500 {
			return 0, fmt.Errorf("%q is longer than a hundred years", s)
		}
		d, rest = time.Duration(n)*24*time.Hour, s[len(m[0]):]
	}
	if rest == "" && d > 0 || s == "0d" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more < 0 || more > 36500*24*time.Hour {
		return 0, fmt.Errorf("%q is not a duration", s)
	}
	return d + more, nil
}

var units = map[string]float64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9}

// ParseSize reads a number of bytes with a unit.
func ParseSize(s string) (int64, error) {
	number := strings.TrimRight(s, "BKMGik ")
	unit, ok := units[strings.TrimSpace(s[len(number):])]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || n*unit < 1 || n*unit > math.MaxInt32*1024 {
		return 0, fmt.Errorf("%q is not a size", s)
	}
	return int64(n * unit), nil
}

// ParseAddress parses one address without a name and returns it with the domain in
// lower case and in its ASCII form.
func ParseAddress(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || strings.ContainsAny(s, "<>\" ") || !strings.EqualFold(a.Address, s) {
		return "", fmt.Errorf("%q is not a mail address", s)
	}
	at := strings.LastIndexByte(s, '@')
	if err := CheckHost(s[at+1:]); err != nil {
		return "", fmt.Errorf("%q is not a mail address: %w", s, err)
	}
	return addr.WithDomain(s), nil
}

// CheckEntry checks one entry of a list of addresses.
func CheckEntry(s string) error {
	domain, isDomain := strings.CutPrefix(s, "@")
	if isDomain || !strings.Contains(s, "@") {
		return CheckHost(domain)
	}
	_, err := ParseAddress(s)
	return err
}

// CheckHost checks a host name.
func CheckHost(s string) error {
	ascii, err := idna.Lookup.ToASCII(s)
	if err != nil || ascii == "" || len(ascii) > 253 {
		return fmt.Errorf("%q is not a host name", s)
	}
	return nil
}

// CheckHostPort checks "host:port", where the host may be empty.
func CheckHostPort(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("%q is not a host:port", s)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q has no port from 0 to 65535", s)
	}
	return nil
}

// CheckLanguage checks an ISO 639-1 code.
func CheckLanguage(s string) error {
	if base, err := language.ParseBase(s); err != nil || len(s) != 2 || base.String() != s {
		return fmt.Errorf("%q is not a language", s)
	}
	return nil
}
