package logging

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"maildesk/addr"
)

// anyAddress finds what may be an address in a line of the log: also one in another's
// words, in an error, or as a Message-ID, which may have an address in it. The local part may be quoted, and
// that as Go quotes it, or have another address in it (bounces+ana=example.net@list.example), and the domain be an IP address.
var anyAddress = regexp.MustCompile(`(?:\\?"(?:[^"\\]|\\.){0,128}?\\?"|[^\s<>"(),;:\[\]]+)@(?:\[[^\s\[\]]*\]|[^\s<>"'(),;:=\[\]]+)`)

// hideAddresses returns a function that puts a mark in the place of each address in an
// attribute. The same address has the same mark until the process ends, so that the lines
// about one person can be found; nobody can tell from the mark who that is.
func hideAddresses() func([]string, slog.Attr) slog.Attr {
	key := []byte(rand.Text())
	mark := func(found string) string {
		address := strings.TrimLeft(found, "'")
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(addr.Key(address)))
		return found[:len(found)-len(address)] + "~" + hex.EncodeToString(mac.Sum(nil))[:10]
	}
	return func(groups []string, a slog.Attr) slog.Attr {
		a = Shorten(groups, a)
		if kind := a.Value.Kind(); kind == slog.KindString || kind == slog.KindAny {
			said := fmt.Sprint(a.Value.Any())
			if hidden := anyAddress.ReplaceAllStringFunc(said, mark); hidden != said {
				a.Value = slog.StringValue(hidden)
			}
		}
		return a
	}
}
