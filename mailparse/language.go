package mailparse

// detectLanguage gives the language that a mail declares for itself.
func detectLanguage(h Header, text string) string {
	if declared := h.Get("Content-Language"); len(declared) >= 2 {
		return declared[:2]
	}
	return ""
}
