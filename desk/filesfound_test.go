package desk_test

import (
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestFilesOfMovedMailsAreFound: the files of a mail are found on the ticket on which it was filed
// later, or to which an agent passed it on: by name, by word and by has:file, also after a rebuild.
func TestFilesOfMovedMailsAreFound(t *testing.T) {
	const header = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
	const file = "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=trace.csv\n\nhost;error\nwinkle;refused\n--b--\n"
	for _, tt := range []struct {
		name string
		on   ticket.ID
		play func(*bench)
	}{
		{"split off", 2, func(b *bench) {
			b.take(letter{from: ana, to: support, subject: "Door camera shows nothing", text: "The door camera shows nothing.\n", id: "<cam@example.net>"})
			b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Order: headsets", header: header, text: "--b\nContent-Type: text/plain\n\nWe need new headsets.\n" + file})
			b.agentWrites(aliceAt, notify.TemplateMessage, "#split\n")
		}},
		{"passed on to a request that is there", 1, func(b *bench) {
			b.take(letter{from: "Hugo Brandt <" + hugo + ">", to: support, subject: "Printer jams", text: "The printer in hall 4 jams.\n", id: hugosID, envelope: new(string)})
			b.take(letter{from: alices, to: support, subject: "FW: Printer jams", header: header + "In-Reply-To: " + hugosID + "\n",
				text: "--b\nContent-Type: text/plain\n\nHe rang twice.\n\n-----Original Message-----\nFrom: Hugo Brandt <" + hugo + ">\nSent: Friday, November 27, 2026 16:20\nTo: Alice\nSubject: Printer jams\n\nThe printer in hall 4 jams.\n" + file})
		}},
		{"passed on as a new request", 1, func(b *bench) {
			b.take(letter{from: alices, to: support, subject: "FW: Printer jams", header: header,
				text: "--b\nContent-Type: text/plain\n\nHe rang twice.\n\n-----Original Message-----\nFrom: Hugo Brandt <" + hugo + ">\nSent: Friday, November 27, 2026 16:20\nTo: Alice\nSubject: Printer jams\n\nThe printer in hall 4 jams.\n" + file})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			tt.play(b)
			for when, b := range map[string]*bench{"at once": b, "rebuilt": b.rebuilt()} {
				for what, q := range map[string]ticket.Query{"its name": {All: []ticket.Term{{Words: "trace.csv"}}}, "its word": {All: []ticket.Term{{Words: "winkle"}}}, "has:file": {Files: true}} {
					b.view(func(r ticket.Reader) error {
						found, err := r.Search(q)
						if len(found.Hits) != 1 || found.Hits[0].Ticket.ID != tt.on {
							t.Errorf("%s, %s finds %+v, want #%d alone", when, what, found.Hits, tt.on)
						}
						return err
					})
				}
			}
			b.sameRebuilt()
		})
	}
}
