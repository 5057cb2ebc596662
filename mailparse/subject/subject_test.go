package subject

import "testing"

func TestPrefixes(t *testing.T) {
	for _, tt := range []struct {
		subject, cut   string
		reply, forward bool
	}{
		{"Printer", "printer", false, false},
		{"Re: Printer", "printer", true, false},
		{"AW:  Drucker", "drucker", true, false},
		{"Re[2]: Printer", "printer", false, false},
		{"[desk #12] Printer", "printer", false, false},
		{"Fwd: Printer", "fwd: printer", false, true},
		{"转发: 打印机", "转发: 打印机", false, true},
		{"Fwd Printer", "fwd printer", false, false},
		{"回复: 打印机", "打印机", true, false},
		{"ＲＥ: Printer", "printer", false, false},
	} {
		if got := CutPrefix(Fold(tt.subject)); got != tt.cut || IsReply(tt.subject) != tt.reply || IsForward(tt.subject) != tt.forward {
			t.Errorf("%q: cut to %q, reply %t, forward %t; want %q, %t, %t", tt.subject, got, IsReply(tt.subject), IsForward(tt.subject), tt.cut, tt.reply, tt.forward)
		}
	}
}
