package logging

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"

	"maildesk/addr"
)

// anyAddress finds what may be an address in a line of the log: also one in another's
// words, in an error, or as a Message-ID, which may have an address in it.
var anyAddress = regexp.MustCompile(`[^\s<>"'(),;:=\[\]]+@[^\s<>"'(),;:=\[\]]+`)

// hideAddresses returns a function that puts a mark in the place of each address in an
// attribute. The same address has the same mark until the process ends, so that the lines
// about one person can be found; nobody can tell from the mark who that is.
func hideAddresses() func([]string, slog.Attr) slog.Attr {
	key := []byte(rand.Text())
	mark := func(address string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(addr.Key(address)))
		return "~" + hex.EncodeToString(mac.Sum(nil))[:10]
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
