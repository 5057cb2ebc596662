package mailparse

// setReply sets apart what the author newly wrote.
func (m *Message) setReply(b *body) {
	m.Reply = m.Text
}
