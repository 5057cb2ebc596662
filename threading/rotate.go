package threading

import (
	"fmt"
	"slices"
	"time"
)

// Rotate returns the keys plus, for each purpose, a new one that signs from now on. The
// others end after a while, those that end sooner then. A key that has ended makes room
// where no id is left; it fails when there is none, with 32 keys in use.
func (keys Keys) Rotate(now time.Time, after time.Duration) (Keys, error) {
	next := Keys{}
	for purpose, old := range keys {
		list := slices.Clone(old)
		for i, k := range list {
			if end := now.Add(after).UTC().Truncate(time.Second); k.Until.IsZero() || end.Before(k.Until) {
				list[i].Until = end
			}
		}
		if len(list) == len(alphabet) {
			list = withoutEnded(list, now)
		}
		key, err := GenerateKey(list...)
		if err != nil {
			return nil, fmt.Errorf("rotate the keys for %s: %w", purpose, err)
		}
		next[purpose] = append(list, newest(key, old))
	}
	return next, nil
}

// Revoke returns the keys with those of an id ended now. Where one of them signed, a new
// one does from now on. It fails when no key has the id.
func (keys Keys) Revoke(id string, now time.Time) (Keys, error) {
	next, found := Keys{}, false
	for purpose, old := range keys {
		list := slices.Clone(old)
		i := slices.IndexFunc(list, func(k Key) bool { return k.ID == id })
		if next[purpose] = list; i < 0 {
			continue
		}
		found = true
		if end := now.UTC().Truncate(time.Second); list[i].Until.IsZero() || end.Before(list[i].Until) {
			list[i].Until = end
		}
		if keys.Newest(purpose).ID != id {
			continue
		}
		key, err := GenerateKey(list...)
		if err != nil {
			return nil, fmt.Errorf("replace the key for %s: %w", purpose, err)
		}
		next[purpose] = append(list, newest(key, old))
	}
	if !found {
		return nil, fmt.Errorf("there is no key %q", id)
	}
	return next, nil
}

// Newest returns the key that signs for a purpose, which has one.
func (keys Keys) Newest(purpose string) Key {
	list := oldestFirst(keys[purpose])
	return list[len(list)-1]
}

// newest returns a key dated after all others, even if the clock went back.
func newest(key Key, others []Key) Key {
	for _, old := range others {
		if !key.Created.After(old.Created) {
			key.Created = old.Created.Add(time.Second)
		}
	}
	return key
}

// withoutEnded returns keys without the oldest of those that have ended; all of them
// where none has. What its epoch has lost stays lost for the keys before it.
func withoutEnded(keys []Key, now time.Time) []Key {
	list := oldestFirst(keys)
	i := slices.IndexFunc(list, func(k Key) bool { return k.ended(now) })
	if i < 0 {
		return keys
	}
	if gone := list[i].Kept; gone != nil { // the newest key never ends, so there is a next one
		kept := *gone
		if next := list[i+1].Kept; next != nil {
			kept = kept.min(*next)
		}
		list[i+1].Kept = &kept
	}
	return slices.Delete(list, i, i+1)
}
