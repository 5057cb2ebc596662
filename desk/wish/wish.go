package wish

import (
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/mailparse"
)

// Of returns what the requester's mail asks for by the address that it came to, or by
// a word on top. Two addresses at once ask for nothing, and neither does a word that the
// mail hides from its readers.
func Of(h *incoming.Handling) command.Wish {
	w := command.ReadWish(h.Msg.Reply)
	if w.Name != "" && command.ReadWish(h.Msg.Hidden).Name != "" {
		return command.Wish{}
	}
	switch actions := h.Verdict.Match.Actions; {
	case len(actions) == 0, w.Name != "":
		return w
	case len(actions) > 1:
		return command.Wish{}
	default:
		w = command.Wish{Name: actions[0], Rest: strings.TrimSpace(h.Msg.Words())}
		if w.Name == command.WishSolved {
			w.Arg = strconv.FormatInt(h.Verdict.Match.Token.To, 10)
		}
	}
	if h.Msg.Signed { // mail programs sign by themselves
		w.Rest = ""
	}
	return w
}

// Closes reports whether a wish is to close the request.
func Closes(w command.Wish) bool { return w.Name == command.WishClose }

// Reopens reports whether a wish is to open the request again.
func Reopens(w command.Wish) bool { return w.Name == command.WishReopen }

// FollowsLinks reports whether a machine wrote to an address that is for a person to act
// by: such a mail does nothing, whether a filter has marked it or not.
func FollowsLinks(h *incoming.Handling) bool {
	silence := h.Msg.Silence
	if h.Marked { // the mark itself is no machine
		silence = h.Msg.Unmarked.Silence
	}
	return silence != mailparse.Answerable && slices.ContainsFunc(h.Verdict.Match.Actions, func(a string) bool {
		return a == notify.ActGood || a == notify.ActBad || a == notify.ActClose || a == notify.ActReopen || a == notify.ActSolved
	})
}
