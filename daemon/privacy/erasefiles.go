package privacy

import (
	"context"
	"slices"

	"maildesk/desk/person"
	"maildesk/search/attached"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// mostOfMails is for how many mails entries are looked for at once.
const mostOfMails = 400

// indexFiles lets the search find the files that were left in mails which were cut, and of entries that
// were rewritten, and no more those that were taken out.
func (e *erasing) indexFiles(ctx context.Context, k person.Case) error {
	err := e.Desk.View(ctx, func(r ticket.Reader) error {
		erased, err := r.ErasedMails()
		for _, m := range erased {
			if m.Erasure == k.Erasure && m.How == ticket.ErasedCut {
				e.refile = append(e.refile, m.Mail)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(e.refile)
	for mails := range slices.Chunk(slices.Compact(e.refile), mostOfMails) {
		entries, err := e.Store.EntriesOf(ctx, mails)
		if err != nil {
			return err
		}
		for page := range slices.Chunk(entries, eraseBatch) {
			if err := e.indexPage(ctx, page); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexPage indexes some entries anew. Their mails are read before others wait for it.
func (e *erasing) indexPage(ctx context.Context, page []ticket.Entry) error {
	err := e.Desk.View(ctx, func(r ticket.Reader) (err error) {
		for i := range page {
			if page[i].Files, err = attached.OfEntry(r, page[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.Store.EraseTickets(ctx, func(t *tables.Tx) error {
		for _, entry := range page {
			t.IndexEntry(entry)
		}
		return nil
	})
}
