package simulation

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"maildesk/desk/leak"
	"maildesk/desk/settings"
	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/planner"
	"maildesk/simulation/rare"
	"maildesk/threading"
	"maildesk/ticket"
)

// owner is who claims outgoing mails, in each life of a desk.
const owner = "simulation"

// maxSteps bounds a play, until the faults end.
const maxSteps = 120

// world is a desk and everybody who has to do with it.
type world struct {
	*Stage
	dice.Dice
	ctx      context.Context
	folder   string
	seed     uint64
	house    house.House
	keys     *threading.Keyring
	settings *settings.Settings
	finder   leak.Finder

	desk  *process
	peer  *peer    // another desk; nil: there is none
	box   *mailbox // from which it fetches; nil: there is none
	lives int      // that were ended by a kill

	agenda   []appointment
	made     int // appointments
	people   map[string]*person
	letters  []*letter // by their number
	byID     map[ticket.MailID]*letter
	copies   map[string]*copies // of outgoing mails
	host     smarthost
	planners map[string]planner.Planner // calendars of agents, by their addresses
	homes    map[string]bool            // addresses that agents have said to be theirs
	unread   map[string]bool            // agents' addresses to which a mail about a shift did not come
	struck   time.Time                  // when the clock of the desk did last
	erased   []erasure
	taught   bool // the desk has learnt something
	byHand   bool // an admin did what no journal says
	calm     bool // the faults have ended, and nobody writes any more

	seen   rare.Sightings
	diary  []string // what happened
	breach *Breach
}

// appointment is something that will happen.
type appointment struct {
	at  time.Time
	nth int // among those of the same time
	do  func()
}

// newWorld makes the people and the desk of a seed.
func newWorld(ctx context.Context, stage *Stage, folder string, seed uint64) (*world, error) {
	w := &world{
		Stage: stage, Dice: dice.New(seed), ctx: ctx, folder: folder, seed: seed,
		people: map[string]*person{}, byID: map[ticket.MailID]*letter{}, copies: map[string]*copies{}, seen: rare.Sightings{},
		planners: map[string]planner.Planner{}, unread: map[string]bool{}, homes: map[string]bool{},
	}
	time.Sleep(time.Until(house.Begin))
	w.house = house.Draw(seed, w.Dice)
	var err error
	if w.settings, err = w.house.Settings(w.words); err != nil {
		return nil, err
	}
	if w.keys, err = threading.NewKeyring(w.drawKeys()); err != nil {
		return nil, err
	}
	w.finder = leak.Finder{Keys: w.keys, Host: w.settings.Hostname}
	w.populate()
	if w.house.Peer {
		if err := w.openPeer(); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(folder, "0")
	if w.Database == "" {
		if err := copyData(stage.blank, data); err != nil {
			return nil, err
		}
	}
	if err := w.start(data); err != nil {
		return nil, err
	}
	if w.house.Mailbox {
		w.openMailbox()
	}
	if w.house.Guide {
		return w, w.openGuide()
	}
	return w, nil
}

// drawKeys returns the signing keys of a desk.
func (w *world) drawKeys() threading.Keys {
	keys := threading.Keys{}
	for _, purpose := range []string{threading.PurposeReply, threading.PurposeMessageID} {
		secret := make([]byte, 32)
		for i := range secret {
			secret[i] = byte(w.Uint32())
		}
		keys[purpose] = []threading.Key{{ID: "a", Secret: secret, Created: house.Begin}}
	}
	return keys
}

func (w *world) now() time.Time { return time.Now() }

// after lets something happen after a time.
func (w *world) after(d time.Duration, do func()) {
	w.made++
	w.agenda = append(w.agenda, appointment{w.now().Add(d), w.made, do})
}

// next takes what happens next out of the agenda; nil: nothing.
func (w *world) next() *appointment {
	if len(w.agenda) == 0 {
		return nil
	}
	first := slices.MinFunc(w.agenda, func(a, b appointment) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.nth, b.nth)) })
	w.agenda = slices.DeleteFunc(w.agenda, func(a appointment) bool { return a.nth == first.nth })
	return &first
}

// tell writes into the diary of the play.
func (w *world) tell(format string, args ...any) {
	w.diary = append(w.diary, w.now().UTC().Format("Mon 15:04:05 ")+fmt.Sprintf(format, args...))
}

// play lets everything happen until a law is broken, or nothing happens any more.
func (w *world) play() error {
	for steps := 0; w.breach == nil && steps < maxSteps; steps++ {
		if w.Chance(w.house.Kills) {
			w.desk.tap.KillIn, w.desk.tap.Before = 1+w.IntN(4), w.Chance(50)
		}
		a := w.next()
		if a == nil {
			break
		}
		if err := w.step(a); err != nil {
			return err
		}
	}
	w.endFaults()
	return w.settle()
}

// step lets one thing happen, and the desk do what follows.
func (w *world) step(a *appointment) error {
	w.wait(a.at)
	w.strike()
	a.do()
	if !w.Chance(w.house.Lazy) {
		w.index()
		w.learns()
		w.fetch()
		w.work()
		w.deliver()
	}
	if w.desk.tap.Dead {
		w.seen.Note(rare.Killed)
		if err := w.restart(); err != nil {
			return err
		}
	}
	return w.holdEachStep()
}

// endFaults begins the end of a play: nobody writes any more but those who have no
// answer to what they sent, and nothing fails.
func (w *world) endFaults() {
	w.calm = true
	w.desk.tap.KillIn, w.desk.tap.During = 0, nil
	w.host.downUntil = time.Time{}
	w.tell("the faults end")
}

// settle lets the desk do what is left to do, as long as that takes.
func (w *world) settle() error {
	for end := w.now().Add(40 * 24 * time.Hour); w.breach == nil && w.now().Before(end); {
		if a := w.next(); a != nil {
			if err := w.step(a); err != nil {
				return err
			}
			continue
		}
		w.strike()
		w.fetch()
		w.work()
		w.deliver()
		w.strike() // what the last mails bring goes out, too
		next, err := w.desk.NextAt(w.ctx)
		if err != nil {
			return err
		}
		if next.IsZero() {
			break
		}
		w.wait(w.now().Add(max(time.Minute, time.Until(next))))
	}
	if w.breach != nil {
		return nil
	}
	return w.holdAtTheEnd()
}

// wait lets the time pass. The clock of the desk strikes at least each hour.
func (w *world) wait(until time.Time) {
	for w.now().Add(time.Hour).Before(until) {
		time.Sleep(time.Hour)
		w.strike()
	}
	time.Sleep(time.Until(until))
}

// strike lets the clock of the desk strike, unless it has done so at this moment.
func (w *world) strike() {
	if w.struck == w.now() || w.desk.tap.Dead {
		return // a dead desk has no clock: its next life strikes
	}
	w.struck = w.now()
	w.fine("the clock", w.desk.tap.Together(w.desk.ctx, func() error {
		_, err := w.desk.Due(w.desk.ctx, w.now())
		return err
	}))
}

// work lets the desk handle the mails that wait, now and then one within another. The clock
// has struck before.
func (w *world) work() {
	for more := true; more && !w.desk.tap.Dead; {
		if !w.calm && w.Chance(w.house.Overtakes) {
			d := w.desk
			d.tap.During = func() {
				time.Sleep(time.Millisecond)
				_, _ = d.HandleNext(d.ctx)
				time.Sleep(time.Millisecond)
			}
		}
		if w.now().Sub(w.struck) >= time.Second { // what took a moment leaves nothing due
			w.strike()
		}
		var err error
		more, err = w.desk.HandleNext(w.desk.ctx)
		w.fine("handle a mail", err)
		w.desk.tap.During = nil
	}
}

// fine notes an error that does not come from a kill: there must be none.
func (w *world) fine(what string, err error) {
	if err != nil && !w.desk.tap.Dead {
		w.breaks("nothing fails but what is killed", nil, 0, "%s: %v", what, err)
	}
}
