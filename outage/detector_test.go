package outage

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is a made year at a help desk: ordinary requests, and outages among
// them. Every request knows what it is about; 0 is nothing in particular.
type world struct {
	requests []Request
	about    []int
}

// ordinary makes one of very many requests that have nothing to do with each
// other, but share topics, phrases and words as real ones do.
func ordinary(r *rand.Rand) string {
	topic := topics[r.IntN(len(topics))]
	frame := frames[r.IntN(len(frames))]
	text := fmt.Sprintf(frame, topic)
	for range r.IntN(4) {
		text += " " + details[r.IntN(len(details))]
	}
	return greetings[r.IntN(len(greetings))] + " " + text + " " + endings[r.IntN(len(endings))]
}

var (
	greetings = []string{"Hello,", "Hi,", "Dear support,", "Good morning,", "Bonjour,", "Guten Tag,", "Hola,", "Hi all,", "Dear colleagues,", ""}
	endings   = []string{"Thanks!", "Kind regards, Ana", "Best, Tom", "Merci d'avance", "Viele Grüße", "Regards", "Thank you in advance.", "Gracias", "Sent from my phone", ""}
	topics    = []string{
		"Outlook", "my Outlook calendar", "the VPN", "VPN access", "the printer in room 214", "a new printer", "the colour printer", "SAP", "an SAP role", "my password",
		"the wifi", "wifi for a guest", "the internet in my office", "Moodle", "a Moodle course", "my badge", "a badge for an intern", "the badge of a student", "the phone on my desk", "a new phone",
		"voicemail", "Teams", "a Teams room", "single sign-on", "the shared drive", "access to the shared drive", "a shared folder", "the file server", "my laptop", "a laptop for the new colleague",
		"the docking station", "a second screen", "the projector in lecture hall C", "the camera", "Excel", "a macro in Excel", "Word", "PowerPoint", "Adobe Acrobat", "the licence of MATLAB",
		"SPSS", "the web shop", "an invoice", "the order of last week", "the delivery", "a refund", "the newsletter", "a mailing list", "the staff directory", "my e-mail signature",
		"spam in my mailbox", "a phishing mail", "the backup", "a deleted file", "the calendar of my boss", "a room booking", "the travel expenses", "the timesheet", "the web site", "a broken link",
		"the keyboard", "the mouse", "the headset", "a cable", "the network socket in building C", "the scanner", "the plotter", "the poster", "the key of the server room", "the air conditioning",
	}
	frames = []string{
		"I have a question about %s.", "could you please help me with %s?", "there is a problem with %s.", "%s does not work.", "I need %s, who can order it?",
		"how do I set up %s?", "I would like to change %s.", "who is responsible for %s?", "is there a manual for %s?", "%s is very slow today.",
		"I cannot find %s.", "please give me access: %s.", "since the update %s looks different.", "%s shows an error.", "when will %s be ready?",
		"my colleague asks about %s.", "j'ai une question sur %s.", "pouvez-vous m'aider avec %s ?", "ich habe eine Frage zu %s.", "%s funktioniert nicht richtig.",
		"tengo un problema con %s.", "can I get %s by next week?", "please cancel %s.", "I forgot how to use %s.", "%s was working yesterday.",
	}
	details = []string{
		"It started this morning.", "I have restarted the computer twice.", "My inventory number is 20417.", "I work in building A.", "I work from home on Mondays.", "The deadline is on Friday.",
		"My colleague has the same model.", "There is a red light.", "The message says access denied.", "I attached a screenshot.", "It takes very long to load.", "Nothing happens when I click.",
		"I am in a meeting until eleven.", "You can call me at extension 4711.", "It is not urgent.", "It is quite urgent.", "We have guests next week.", "The old one is broken.",
		"I have tried another cable.", "It worked before the holidays.", "My boss has approved it.", "The cost centre is 8800.", "Please tell me the price.", "I am new here.",
		"The student starts on the first.", "Error code 0x80070005.", "After the login it closes again.", "The page stays white.", "I get a timeout now and then.", "The queue was long at the counter.",
		"Seit gestern ist das so.", "Es ist dringend.", "C'est urgent.", "Depuis hier soir.", "Desde ayer.", "Ich bin ab Montag im Urlaub.",
	}
)

// made makes 2000 ordinary requests of 20 working days and spreads the
// outages over them, each within three quarters of an hour.
func made(t testing.TB, seed uint64) world {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	type item struct {
		Request
		about int
	}
	var all []item
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	add := func(at time.Time, text string, about int) {
		from := fmt.Sprintf("p%d@example.org", r.IntN(3000))
		all = append(all, item{Request{From: from, At: at, Text: text}, about})
	}
	for range 2000 {
		at := begin.AddDate(0, 0, r.IntN(20)).Add(time.Duration(r.Float64() * 10 * float64(time.Hour)))
		add(at, ordinary(r), 0)
	}
	data, err := os.ReadFile("testdata/outages.txt")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(strings.TrimSpace(string(data)), "\n\n")[1:]
	for i, block := range blocks {
		start := begin.AddDate(0, 0, 1+2*i-i/5).Add(time.Duration(1+r.IntN(8)) * time.Hour)
		reports := strings.Split(block, "\n")
		r.Shuffle(len(reports), func(a, b int) { reports[a], reports[b] = reports[b], reports[a] })
		for _, report := range reports {
			add(start.Add(time.Duration(r.Float64()*45*float64(time.Minute))), report, i+1)
		}
	}
	slices.SortStableFunc(all, func(a, b item) int { return a.At.Compare(b.At) })
	var w world
	for i, it := range all {
		it.Ticket = int64(i + 1)
		w.requests, w.about = append(w.requests, it.Request), append(w.about, it.about)
	}
	return w
}

// outcome is what a watch made of a world.
type outcome struct {
	found    map[int]int // outage → reports that had come when it was found
	joined   int         // reports of outages that were found to belong to them
	reports  int         // of outages
	wrong    int         // ordinary requests that were taken for a report
	ordinary int
	false    int // alarms about nothing
}

// play lets a watch see a world as a desk would: alarms stay open for four hours.
func play(w world, o Options) outcome {
	type open struct {
		Signature
		about int
		until time.Time
	}
	out := outcome{found: map[int]int{}}
	watch := New(o)
	var alarms []open
	came := map[int]int{}
	count := func(ticket int64, about int) {
		switch is := w.about[ticket-1]; {
		case is == 0:
			out.wrong++
		case is == about:
			out.joined++
		}
	}
	for i, r := range w.requests {
		about := w.about[i]
		came[about]++
		if about == 0 {
			out.ordinary++
		} else {
			out.reports++
		}
		alarms = slices.DeleteFunc(alarms, func(a open) bool { return a.until.Before(r.At) })
		if k := slices.IndexFunc(alarms, func(a open) bool { return a.Matches(r) }); k >= 0 {
			count(r.Ticket, alarms[k].about)
			continue
		}
		a, ok := watch.Add(r)
		if !ok {
			continue
		}
		votes := map[int]int{}
		for _, t := range a.Tickets {
			votes[w.about[t-1]]++
		}
		is := 0
		for k, n := range votes {
			if k != 0 && n > votes[is] {
				is = k
			}
		}
		if is == 0 {
			out.false++
		} else if out.found[is] == 0 {
			out.found[is] = came[is]
		}
		for _, t := range a.Tickets {
			count(t, is)
			watch.Remove(t)
		}
		alarms = append(alarms, open{a.Signature, is, r.At.Add(4 * time.Hour)})
	}
	return out
}

// TestOutages plays ten outages among 2,000 ordinary requests, several times.
func TestOutages(t *testing.T) {
	o := Options{Requests: 5, Within: 30 * time.Minute}
	for seed := range uint64(5) {
		out := play(made(t, seed), o)
		var slowest int
		for _, n := range out.found {
			slowest = max(slowest, n)
		}
		t.Logf("seed %d: found %d of 10, at the latest after %d reports (%v); %d of %d reports joined; %d of %d ordinary requests joined wrongly; %d false alarms",
			seed, len(out.found), slowest, out.found, out.joined, out.reports, out.wrong, out.ordinary, out.false)
		if len(out.found) != 10 || slowest > o.Requests+5 {
			t.Errorf("seed %d: found %d outages, the slowest after %d reports; want 10, each within %d", seed, len(out.found), slowest, o.Requests+5)
		}
		if out.wrong > 6 || out.joined < 88 {
			t.Errorf("seed %d: %d of %d ordinary requests joined wrongly and %d of %d reports rightly, want 6 at most and 88 at least", seed, out.wrong, out.ordinary, out.joined, out.reports)
		}
	}
}

// TestSmallThings holds what an alarm must not be made of.
func TestSmallThings(t *testing.T) {
	o := Options{Requests: 3, Within: 10 * time.Minute}
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	report := func(n int, from, text string, minute int) Request {
		return Request{Ticket: int64(n), From: from, At: at.Add(time.Duration(minute) * time.Minute), Text: text}
	}
	for _, tt := range []struct {
		name     string
		requests []Request
		want     []int64 // the tickets of the last alarm
	}{
		{"three people", []Request{
			report(1, "a@example.org", "zebra lost", 0), report(2, "b@example.org", "the zebra is away", 1), report(3, "c@example.org", "where is the zebra?", 2),
		}, []int64{1, 2, 3}},
		{"one person three times", []Request{
			report(1, "a@example.org", "zebra lost", 0), report(2, "A@example.org", "the zebra is away", 1), report(3, "a@example.org", "where is the zebra?", 2),
		}, nil},
		{"one of them twice", []Request{
			report(1, "a@example.org", "zebra lost", 0), report(2, "b@example.org", "the zebra is away", 1), report(3, "A@example.org", "zebra still lost", 2),
			report(4, "c@example.org", "where is the zebra?", 3),
		}, []int64{1, 2, 3, 4}},
		{"too slow", []Request{
			report(1, "a@example.org", "zebra lost", 0), report(2, "b@example.org", "the zebra is away", 8), report(3, "c@example.org", "where is the zebra?", 16),
		}, nil},
		{"polite words only", []Request{
			report(1, "a@example.org", "Hello, thank you", 0), report(2, "b@example.org", "Hello, please, thank you", 1), report(3, "c@example.org", "Hello again, thank you", 2),
		}, nil},
		{"other script", []Request{
			report(1, "a@example.org", "プリンターが壊れた", 0), report(2, "b@example.org", "プリンター故障", 1), report(3, "c@example.org", "プリンターについて", 2),
		}, []int64{1, 2, 3}},
		{"accents and case", []Request{
			report(1, "a@example.org", "Réseau", 0), report(2, "b@example.org", "RESEAU", 1), report(3, "c@example.org", "re\u0301seau?", 2),
		}, []int64{1, 2, 3}},
	} {
		w := New(o)
		var got []int64
		for _, r := range tt.requests {
			if a, ok := w.Add(r); ok {
				got = a.Tickets
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: the alarm is of %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestUsual: what many people always write about is no outage.
func TestUsual(t *testing.T) {
	w := New(Options{Requests: 3, Within: 10 * time.Minute})
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for i := range 500 {
		text := "my printer is out of paper"
		if i%3 > 0 {
			text = fmt.Sprintf("number %d needs something", i)
		}
		if _, ok := w.Add(Request{Ticket: int64(i), From: fmt.Sprint(i, "@example.org"), At: at.Add(time.Duration(i) * time.Minute), Text: text}); ok && i > 100 {
			t.Fatalf("request %d made an alarm: every third request is about printers", i)
		}
	}
}

// TestCategory: one category in several languages is the same matter.
func TestCategory(t *testing.T) {
	w := New(Options{Requests: 4, Within: 10 * time.Minute})
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var found bool
	for i, text := range []string{"internet is gone", "kein Netz", "plus de connexion", "sin red", "geen verbinding"} {
		_, ok := w.Add(Request{Ticket: int64(i), From: fmt.Sprint(i, "@example.org"), At: at, Category: "network", Text: text})
		found = found || ok
	}
	if !found {
		t.Error("five people of category network made no alarm")
	}
}

// TestRemove: what is removed counts no more, and the person counts again.
func TestRemove(t *testing.T) {
	w := New(Options{Requests: 3, Within: time.Hour})
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	add := func(n int64) bool {
		_, ok := w.Add(Request{Ticket: n, From: fmt.Sprint(n, "@example.org"), At: at, Text: "zebra"})
		return ok
	}
	add(1)
	add(2)
	w.Remove(2)
	if add(3) {
		t.Error("two of three requests made an alarm")
	}
	if !add(4) {
		t.Error("the third request made no alarm")
	}
}

// TestDescribe: a signature made by hand knows its like.
func TestDescribe(t *testing.T) {
	w := New(Options{Requests: 5, Within: time.Hour})
	s := w.Describe(Request{Text: "Hello, the VPN gateway times out"})
	if !s.Matches(Request{Text: "vpn times out again, gateway dead?"}) {
		t.Error("a report of the same does not match")
	}
	if s.Matches(Request{Text: "Hello, the printer is out of paper"}) {
		t.Error("a report of something else matches")
	}
	if (Signature{}).Matches(Request{Text: "anything"}) {
		t.Error("an empty signature matches")
	}
}

func BenchmarkAdd(b *testing.B) {
	w := New(Options{Requests: 5, Within: 30 * time.Minute})
	r := rand.New(rand.NewPCG(1, 1))
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for i := range maxRequests {
		w.Add(Request{Ticket: int64(i), From: fmt.Sprint(i, "@example.org"), At: at, Text: ordinary(r)})
	}
	texts := make([]string, 1000)
	for i := range texts {
		texts[i] = ordinary(r)
	}
	i := maxRequests
	for b.Loop() {
		i++
		w.Add(Request{Ticket: int64(i), From: fmt.Sprint(i, "@example.org"), At: at.Add(time.Duration(i) * time.Second), Text: texts[i%1000]})
	}
}
