package command_test

import (
	"fmt"
	"time"

	"maildesk/desk/command"
)

// Commands stand on top of an agent's mail and are taken out of its text.
func Example() {
	m := command.Read("#take\n#pending 2d\n\nHello Ana,\n\ndoes the printer show a code?\n")
	for _, c := range m.Commands {
		fmt.Printf("%s (%q)\n", c.Name, c.Arg)
	}
	fmt.Printf("%q\n", m.Text)
	// Output:
	// take ("")
	// pending ("2d")
	// "Hello Ana,\n\ndoes the printer show a code?"
}

// What may be meant as a command and is not on top makes the mail wait until its
// writer was asked.
func ExampleRead_doubt() {
	m := command.Read("Please restart it.\n\n#note she is upset\n")
	for _, d := range m.Doubts {
		fmt.Println(d.Kind, d.Line)
	}
	// Output: not-on-top #note she is upset
}

// An unknown command is answered with those that were probably meant.
func ExampleNearest() {
	fmt.Println(command.Nearest("reslove"))
	// Output: [resolve]
}

// Times are read as people write them; what can be read in two ways is asked about.
func ExampleReadMoment() {
	monday := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	for _, text := range []string{"tomorrow at 9", "bis Freitag", "04/03/2027", "soon"} {
		m, err := command.ReadMoment(text, monday)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(m.At.Format("Mon 2 Jan 15:04"))
	}
	// Output:
	// Tue 1 Dec 09:00
	// Fri 4 Dec 00:00
	// "04/03/2027" may be 2027-03-04 or 2027-04-03; write one of them
	// "soon" is not a time; write 2d, 4h, tomorrow 9:00, Friday or 2027-01-31
}
