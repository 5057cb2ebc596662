package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"slices"

	"maildesk/desk/person"
)

// maxLookedAt bounds the phrases that are remembered, of so many words each.
const maxLookedAt = 1 << 18

// nameSeek looks for the names of erased people in texts. Of a name there is but a digest, salted for each record: what may be
// one is digested for each. A text has far more phrases than there are different ones, and those are digested once.
type nameSeek struct {
	wanted   map[int][]wantedName     // by their words
	lookedAt map[int]map[string][]int // phrases, likewise, and the records that have them as a name
	found    []map[string]bool        // of each record, as they stand in the texts
	digested int                      // phrases
}

// wantedName is a name of a record.
type wantedName struct {
	record int
	mac    hash.Hash // with the record's salt
	digest string
}

func newNameSeek(records []erasureRecord) *nameSeek {
	s := &nameSeek{wanted: map[int][]wantedName{}, lookedAt: map[int]map[string][]int{}}
	for i, r := range records {
		s.found = append(s.found, map[string]bool{})
		for _, n := range r.Names {
			s.wanted[n.Words] = append(s.wanted[n.Words], wantedName{i, hmac.New(sha256.New, []byte(r.Salt)), n.Digest})
		}
	}
	for words := range s.wanted {
		s.lookedAt[words] = map[string][]int{}
	}
	return s
}

// in looks for names in texts.
func (s *nameSeek) in(texts []string) {
	for _, words := range slices.Sorted(maps.Keys(s.wanted)) {
		looked := s.lookedAt[words]
		for key, shown := range person.Phrases(texts, words) {
			of, known := looked[key]
			if !known {
				if len(looked) >= maxLookedAt {
					clear(looked)
				}
				of = s.whose(s.wanted[words], key)
				looked[key] = of
			}
			for _, record := range of {
				s.found[record][shown] = true
			}
		}
	}
}

// whose returns the records that have a phrase as a name.
func (s *nameSeek) whose(wanted []wantedName, key string) (records []int) {
	s.digested++
	for _, w := range wanted {
		w.mac.Reset()
		w.mac.Write([]byte("\x00" + key))
		if hex.EncodeToString(w.mac.Sum(nil)) == w.digest {
			records = append(records, w.record)
		}
	}
	return records
}
