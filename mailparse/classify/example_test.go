package classify_test

import (
	"fmt"
	"maps"

	"maildesk/mailparse/classify"
)

func ExampleOfHeader() {
	found := classify.OfHeader(classify.Header{
		Fields:  maps.All(map[string]string{"Auto-Submitted": "auto-replied"}),
		Senders: []classify.Sender{{Name: "Ana", Address: "ana@example.net", From: true}},
		Subject: "Re: printer",
	})
	fmt.Println(found.Class, found.Rule, found.Silence == classify.Hard)
	// Output: auto-reply auto-submitted-replied true
}
