package author

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/desk/settings"
	"maildesk/mailparse"
)

// A mailing list writes its own address into From where the domain of an author forbids
// anything else (RFC 7960 section 4.1.3.1), and their name before its own: "Ana Berg via
// Support". Each program has another place for their address.

// Through is what a mail says of its author that a list or a group sent in its own name.
type Through struct {
	List mailparse.Address // that stands in From
	Who  mailparse.Address // the author; no address: not known
	// In is the field that names them, where other people may stand in it as well.
	In    string
	Maybe []mailparse.Address // who may be the author, where that is not known
	Hides bool                // From is the list's own address, or has an author's name beside it, or Reply-To has several people
}

// Guessed reports whether agents are to be told whom the mail was taken to be of.
func (t Through) Guessed() bool {
	return t.Who.Address != "" && t.In != "" || t.Who.Address == "" && t.Hides
}

// Lists returns what a mail says that a list or a group sent in its own name, or a service that has
// the author's name before its own and them alone in a field for answers; is reports whether one did.
func Lists(s *settings.Settings, msg *mailparse.Message) (t Through, is bool) {
	from := shownFrom(msg.Header)
	if from.Address == "" {
		return Through{}, false
	}
	is = isGroup(s, msg, from.Address) || postsTo(msg, from.Address) || HasListFields(msg.Header) && addressIn(from, "").Address != ""
	if _, via := nameBeforeVia(from.Name); !is && !via {
		return Through{}, false // as most mails are: their fields need not be read
	}
	t = readThrough(s, msg, from)
	return t, is || bySomebody(s, msg, t)
}

// bySomebody reports whether From names the author of a mail before a list that does not say its
// address, or before a service.
func bySomebody(s *settings.Settings, msg *mailparse.Message, t Through) bool {
	name, via := nameBeforeVia(t.List.Name)
	if !via || t.Who.Address == "" || !sameName(t.Who.Name, name) && !settings.SameAddress(addressIn(t.List, name).Address, t.Who.Address) {
		return false
	}
	_, agent := s.AgentAt(t.Who.Address)
	return HasListFields(msg.Header) || t.In == "" && !agent && (!s.OfHouse(t.List.Address) || s.OfHouse(t.Who.Address))
}

// shownFrom returns the mailbox in From as its readers see it. It is no identity.
func shownFrom(h mailparse.Header) mailparse.Address {
	if a, err := mailparse.ParseIdentity(h.AllRaw("From")); err == nil {
		return a
	}
	value := h.Get("From")
	at := strings.LastIndexByte(value, '<')
	if at < 0 {
		return mailparse.Address{}
	}
	a, err := mailparse.ParseIdentity([]string{value[at:]})
	if err != nil {
		return mailparse.Address{}
	}
	a.Name = strings.Trim(value[:at], "\" \t")
	return a
}

// authorFields name the author and nobody else (RFC 9057, and the habits of groups).
var authorFields = []string{"Author", "X-Original-From", "Original-From", "X-Original-Author"}

// sentFields name who handed the mail to the list, who is mostly its author.
var sentFields = []string{"X-Original-Sender", "X-MailFrom"}

// readThrough finds the author of a mail that a list sent in its own name: in a field that is
// for them, in Reply-To beside the list, in the list's address or its name in From, or by that
// name in Cc. Where several people may be meant it is none of them. A robot is the author of
// what a group of ours passes on where the group says so, or nobody else is named.
func readThrough(s *settings.Settings, msg *mailparse.Message, from mailparse.Address) Through {
	t := Through{List: from}
	name, via := nameBeforeVia(from.Name)
	t.Hides = via
	somebody := func(a mailparse.Address) bool { return mayBeAuthor(s, msg, from, a) }
	anybody := func(a mailparse.Address) bool {
		return isGroup(s, msg, from.Address) && isElsewhere(s, msg, from, a)
	}
	if t.Who, _ = oneIn(msg, authorFields, somebody); t.Who.Address != "" {
		return t
	}
	asked := peopleIn(s, msg, from, msg.ReplyTo)
	if robot, _ := oneIn(msg, authorFields, anybody); robot.Address != "" && (len(asked) != 1 || !readsNothing(robot.Address)) {
		t.Who = robot
		return t
	}
	if len(asked) == 1 {
		t.Who = asked[0]
		if via && t.Who.Name != "" && !sameName(t.Who.Name, name) && !settings.SameAddress(addressIn(from, name).Address, t.Who.Address) {
			t.In = "Reply-To" // whom a list wants answers to be sent to
		}
		return t
	}
	t.Hides = via || len(asked) > 1 || s.IsGroup(from.Address) || postsTo(msg, from.Address)
	sent, in := oneIn(msg, sentFields, somebody)
	if in == "X-MailFrom" {
		t.In = in // of the envelope: a service that delivers mail may have its own there
	}
	if inside := addressIn(from, name); sent.Address == "" && somebody(inside) {
		sent, t.In = inside, "From"
	}
	i := slices.IndexFunc(asked, func(a mailparse.Address) bool { return settings.SameAddress(a.Address, sent.Address) })
	switch {
	case i >= 0:
		t.Who, t.In = asked[i], ""
		return t
	case len(asked) == 0 && sent.Address != "":
		t.Who = sent
		t.Who.Name = cmp.Or(sent.Name, bareName(name))
		return t
	}
	t.In = ""
	beside := append(asked, peopleIn(s, msg, from, msg.Cc)...)
	namesakes := slices.DeleteFunc(slices.Clone(beside), func(a mailparse.Address) bool { return !via || !sameName(a.Name, name) })
	if len(namesakes) == 1 {
		t.Who, t.In = namesakes[0], "Cc"
		if slices.Contains(asked, t.Who) {
			t.In = "Reply-To"
		}
		return t
	}
	if len(asked) == 0 {
		t.Who, _ = oneIn(msg, []string{"Reply-To", "X-Original-Sender"}, anybody)
	}
	t.Maybe = beside
	return t
}

// oneIn returns the address that stands alone in the first of some fields where it may be meant,
// and that field.
func oneIn(msg *mailparse.Message, fields []string, may func(mailparse.Address) bool) (one mailparse.Address, in string) {
	for _, name := range fields {
		if a, err := mailparse.ParseIdentity(msg.Header.All(name)); err == nil && !strings.Contains(a.Address, "=") && may(a) {
			return a, name
		}
	}
	return mailparse.Address{}, ""
}

// maxPeople bounds those of a field who are looked at.
const maxPeople = 200

// peopleIn returns those of a field who may be the author, each once.
func peopleIn(s *settings.Settings, msg *mailparse.Message, from mailparse.Address, field []mailparse.Address) (people []mailparse.Address) {
	for _, shown := range field[:min(len(field), maxPeople)] {
		a, err := mailparse.ParseIdentity([]string{shown.Address})
		if err != nil || !mayBeAuthor(s, msg, from, a) || slices.ContainsFunc(people, func(b mailparse.Address) bool { return settings.SameAddress(a.Address, b.Address) }) {
			continue
		}
		people = append(people, mailparse.Address{Name: shown.Name, Address: a.Address})
	}
	return people
}

// mayBeAuthor reports whether an address can be that of the author of a mail that a list sent:
// it is neither the list's nor the desk's, and somebody reads it.
func mayBeAuthor(s *settings.Settings, msg *mailparse.Message, from, a mailparse.Address) bool {
	return isElsewhere(s, msg, from, a) && !mailparse.IsRobot(a.Address)
}

// isElsewhere reports whether an address is neither the list's nor the desk's.
func isElsewhere(s *settings.Settings, msg *mailparse.Message, from, a mailparse.Address) bool {
	return a.Address != "" && !settings.SameAddress(a.Address, from.Address) && !s.IsOurs(a.Address) && !s.IsGroup(a.Address) && !postsTo(msg, a.Address)
}

// readsNothing reports whether an address says that it reads no mail.
func readsNothing(address string) bool {
	return mailparse.Parse([]byte("From: <"+address+">\r\n\r\n"), mailparse.Envelope{}).ClassReason == noReplySender
}

// postsTo reports whether an address is that of the list through which a mail came.
func postsTo(msg *mailparse.Message, address string) bool {
	low := strings.ToLower(address)
	if strings.EqualFold(strings.TrimSpace(msg.Header.Get("X-BeenThere")), address) || posts(msg, address) {
		return true
	}
	// "IT list <it.lists.example.net>" is of it@lists.example.net, as Mailman names it.
	id := strings.ToLower(msg.Header.Get("List-Id"))
	if at := strings.LastIndexByte(id, '<'); at >= 0 {
		id = id[at:]
	}
	return strings.Contains(low, "@") && strings.Trim(id, "<> \t") == strings.Replace(low, "@", ".", 1)
}

// viaWords stand between the name of an author and that of a list, in the languages of lists.
var viaWords = regexp.MustCompile(`(?i)^(.*?)[\s,]*[(\[]?(?:^|[\s(\[])(?:via|vía|über|ueber|tramite|par|por|przez|poprzez|door|genom|through|on behalf of)\s+\S.*$`)

// nameBeforeVia returns the name of an author that stands before that of a list.
func nameBeforeVia(name string) (author string, is bool) {
	found := viaWords.FindStringSubmatch(name)
	if found == nil {
		return "", false
	}
	author = strings.Trim(found[1], "\"'‘’“”„«»([ \t")
	return author, author != ""
}

// An author's address within a name or a local part: "ana at example.net", and
// "ana=example.net" at the list's domain, where "=40" may stand for the sign.
var (
	spokenAddress  = regexp.MustCompile(`(?i)^([\w.+%-]+)\s*[(\[]?\b(?:at)\b[)\]]?\s*([\w-]+(?:\.[\w-]+)+)$`)
	encodedAddress = regexp.MustCompile(`^([\w.%-]+)=(?:40)?([\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})$`)
)

// addressIn returns the address of an author that a list has put into its own or into the name
// beside it.
func addressIn(from mailparse.Address, name string) mailparse.Address {
	if all := addr.InText.FindAllString(name, -1); len(all) == 1 {
		return mailparse.Address{Address: strings.TrimRight(all[0], ".-")}
	}
	if found := spokenAddress.FindStringSubmatch(name); found != nil {
		return mailparse.Address{Address: found[1] + "@" + found[2]}
	}
	local, _, _ := strings.Cut(from.Address, "@")
	if found := encodedAddress.FindStringSubmatch(local); found != nil && !mailparse.IsRobot(from.Address) && !strings.Contains(strings.ToLower(local), "bounce") {
		return mailparse.Address{Address: found[1] + "@" + found[2]}
	}
	return mailparse.Address{}
}

// bareName returns a name, empty where it is an address.
func bareName(name string) string {
	if strings.Contains(name, "@") || spokenAddress.MatchString(name) {
		return ""
	}
	return name
}

// sameName reports whether two names have the same words: "Berg, Ana" is "Ana Berg".
func sameName(a, b string) bool {
	words := func(name string) []string {
		all := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" ,;.\"'‘’\t", r) })
		slices.Sort(all)
		return all
	}
	return len(words(a)) > 0 && slices.Equal(words(a), words(b))
}
