package contrary

import "testing"

func TestSpeaks(t *testing.T) {
	for _, tt := range []struct {
		action, text string
		want         bool
	}{
		{"approve", "", false},
		{"approve", "Yes", false},
		{"approve", "Approved.", false},
		{"approve", "Yes, approved. Thanks, Bob", false},
		{"approve", "Approved, no objections", false},
		{"approve", "Not a problem, approved!", false},
		{"approve", "No problem", false},
		{"approve", "Why not", false},
		{"approve", "I do *NOT* approve this", true},
		{"approve", "**Not** approved", true},
		{"approve", "Ich stimme *nicht* zu", true},
		{"close", "Please do *not* close it", true},
		{"approve", "*Approved*", false},
		{"approve", "I approve. Please do not spend more than 500 euros.", false},
		{"approve", "If you are not the addressee, do not read this.", false},
		{"approve", "The red one smells of smoke.", false},
		{"approve", "Genehmigt, kein Problem", false},
		{"approve", "Ja, bitte bestellen.", false},
		{"approve", "Pas de problème, d'accord", false},
		{"approve", "I do NOT approve this", true},
		{"approve", "I don't approve this.", true},
		{"approve", "I do not\napprove this", true},
		{"approve", "I can’t approve that before May", true},
		{"approve", "Not approved", true},
		{"approve", "Rejected", true},
		{"approve", "I reject this. Too expensive.", true},
		{"approve", "No", true},
		{"approve", "No, this is too much.", true},
		{"approve", "I don't think we should do this", true},
		{"approve", "Sorry, wrong button, I wanted the other one.", true},
		{"approve", "Please wait until Monday.", true},
		{"approve", "Why does she want that?", true},
		{"approve", "This was not me!", true},
		{"approve", "Das genehmige ich nicht.", true},
		{"approve", "Nicht genehmigt!", true},
		{"approve", "Ich stimme dem nicht zu", true},
		{"approve", "Das lehne ich ab.", true},
		{"approve", "Abgelehnt", true},
		{"approve", "Je n'approuve pas", true},
		{"approve", "Je refuse.", true},
		{"approve", "Pas d'accord", true},
		{"approve", "No lo apruebo", true},
		{"approve", "Rechazado", true},
		{"approve", "No estoy de acuerdo", true},
		{"approve", "Non approvo", true},
		{"approve", "Rifiutato", true},
		{"approve", "Niet akkoord", true},
		{"approve", "Afgewezen", true},
		{"approve", "Nie zgadzam się", true},
		{"approve", "Odrzucam", true},
		{"approve", "Não aprovo", true},
		{"approve", "Recusado", true},
		{"reject", "Too expensive", false},
		{"reject", "No", false},
		{"reject", "Yes", false},
		{"reject", "I do not approve this", false},
		{"reject", "Rejected. Get it approved by finance first.", false},
		{"reject", "This cannot be approved before May.", false},
		{"reject", "I approve this", true},
		{"reject", "Approved!", true},
		{"reject", "I do not reject this", true},
		{"reject", "Genehmigt", true},
		{"reject", "Approuvé", true},
		{"reject", "Zatwierdzam", true},
		{"publish", "Fine.", false},
		{"publish", "Well written.", false},
		{"publish", "Do not publish this", true},
		{"publish", "Please drop it", true},
		{"publish", "Nicht veröffentlichen!", true},
		{"internal", "Not for our readers yet, wait", true},
		{"drop", "Nobody needs it.", false},
		{"drop", "Do not drop it", true},
		{"drop", "Publish it", true},
		{"keep", "Still right.", false},
		{"keep", "Do not keep this, delete it", true},
		{"undo", "Sorry, that was for another ticket.", false},
		{"undo", "Do not undo this", true},
		{"undo", "Nicht rückgängig machen", true},
		{"leave", "The red one smells of smoke.", false},
		{"leave", "Please remove me, I do not need these mails.", false},
		{"leave", "I do NOT want to leave", true},
		{"leave", "Please keep me in copy", true},
		{"leave", "Bitte nicht abmelden", true},
		{"good", "Thanks, no problem left", false},
		{"good", "Not bad at all", false},
		{"good", "Not good", true},
		{"good", "It still does not work", true},
		{"good", "Useless.", true},
		{"good", "Das war nicht hilfreich", true},
		{"bad", "It took three weeks and does not work.", false},
		{"bad", "Not good", false},
		{"bad", "Great help, thank you!", true},
		{"close", "It works now.", false},
		{"close", "Please do NOT close this", true},
		{"close", "It does not work", true},
		{"close", "Noch nicht gelöst", true},
		{"reopen", "It is broken again", false},
		{"reopen", "Please do not reopen it", true},
		{"solved", "That did not help", true},
		{"take", "I do not take this one", true},
		{"take", "You cannot print from there, as the driver is not installed, so take the other one.", false},
		{"resolve", "Not resolved yet", true},
		{"resolve", "The old driver is not needed any more.", false},
		{"note", "Not this", false},
	} {
		if got := Speaks(tt.text, tt.action); got != tt.want {
			t.Errorf("%s: %q speaks against it: %t", tt.action, tt.text, got)
		}
	}
}

// TestEveryNameHasWords: what the table of actions names stands in the words.
func TestEveryNameHasWords(t *testing.T) {
	for name, a := range actions {
		for _, says := range append(append([]string{"no", "why", "problem", "condition", "mistake"}, a.does...), a.against...) {
			if len(vocabulary()[says]) == 0 {
				t.Errorf("%s: there are no words for %s", name, says)
			}
		}
	}
}
