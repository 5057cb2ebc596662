package silence

import (
	"slices"
	"strings"
	"time"
)

// Signs of a loop with a machine that bears no mark.
const (
	LoopSubject  = "loop-subject"   // our tag beside the number of another desk
	LoopReceipt  = "loop-receipt"   // it confirms again and again that it got a mail
	LoopSameText = "loop-same-text" // it answers our automatic mails with the same words
)

// quickAnswer is how soon after an automatic mail of ours no person answers it.
// People are quick, too: it counts beside another sign only.
const quickAnswer = 10 * time.Second

// Lately is within which time mails of one writer are compared.
const Lately = day

// How often within that time something is said until it is a sign. That counts the
// mail at hand.
const (
	receiptsAsMails   = 3 // mails of their own that only confirm a receipt
	receiptsAsAnswers = 2 // such answers to different automatic mails of ours
	equalAnswers      = 4 // equal answers to different automatic mails of ours
	equalQuickAnswers = 3 // likewise, the last one quick
)

// AnswerSign returns what shows that a machine wrote an answer, which came so long
// after the automatic mail of ours that it answers; "" when nothing does. others
// are the answers of the same writer to other automatic mails lately, by ticket:
// more than one answer to one mail is what people do.
func AnswerSign(text string, after time.Duration, others [][]string) string {
	receipts, equal := 0, 1
	isReceipt := SoundsLikeReceipt("", text) // the subject is ours
	if isReceipt {
		receipts = 1
	}
	own := gist(text)
	for _, answers := range others {
		if slices.ContainsFunc(answers, func(s string) bool { return gist(s) == own }) {
			equal++
		}
		if isReceipt && slices.ContainsFunc(answers, func(s string) bool { return SoundsLikeReceipt("", s) }) {
			receipts++
		}
	}
	switch {
	case receipts >= receiptsAsAnswers:
		return LoopReceipt
	case equal >= equalAnswers, after < quickAnswer && equal >= equalQuickAnswers:
		return LoopSameText
	}
	return ""
}

// Words are those of a mail that answers none.
type Words struct{ Subject, Text string }

// ReceiptSign returns what shows that a machine wrote a mail that answers none of
// ours, "" when nothing does, and whether it is the first such mail for which that
// is so. others are those of the same writer lately.
func ReceiptSign(mail Words, others []Words) (sign string, first bool) {
	if !SoundsLikeReceipt(mail.Subject, mail.Text) {
		return "", false
	}
	n := 1
	for _, w := range others {
		if SoundsLikeReceipt(w.Subject, w.Text) {
			n++
		}
	}
	if n < receiptsAsMails {
		return "", false
	}
	return LoopReceipt, n == receiptsAsMails
}

// gist is the beginning of a text without its numbers and spaces: what two mails
// of one template share.
func gist(s string) string {
	const length = 120
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if b.Len() >= length {
			break
		}
		if r > ' ' && (r < '0' || r > '9') {
			b.WriteRune(r)
		}
	}
	return b.String()
}
