package signed

import (
	"bytes"
	"errors"
	"io"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"maildesk/ticket"
)

// verifyOpenPGP verifies a detached signature (RFC 9580 section 5.2), whose armor RFC 3156 section 2 asks for, with the
// keys that are pinned.
func verifyOpenPGP(keys []Key, m mail, now time.Time) (f found) {
	block, err := armor.Decode(bytes.NewReader(m.signature))
	if err != nil || block.Type != openpgp.SignatureType {
		return f.but(ticket.SignedUnreadable, "no armored signature")
	}
	packets, err := io.ReadAll(io.LimitReader(block.Body, maxSignature))
	if err != nil {
		return f.but(ticket.SignedUnreadable, err.Error())
	}
	f.content = m.content
	for _, k := range keys {
		if k.Form != OpenPGP {
			continue
		}
		verify := func(at time.Time) (*packet.Signature, *openpgp.Entity, error) {
			config := &packet.Config{Time: func() time.Time { return at }}
			return openpgp.VerifyDetachedSignature(openpgp.EntityList{k.entity}, bytes.NewReader(m.content), bytes.NewReader(packets), config)
		}
		sig, signer, err := verify(now)
		if signer != nil && sig.CreationTime.After(now) { // by a clock that is ahead of ours: how far, is looked at elsewhere
			sig, signer, err = verify(sig.CreationTime)
		}
		if errors.Is(err, pgperrors.ErrUnknownIssuer) {
			continue
		}
		f.key = k
		if sig != nil && signer != nil {
			f.at = sig.CreationTime
		}
		return judge(f, sig, signer, err)
	}
	return f.but(ticket.SignedUnknownKey, "")
}

// judge says what a signature by a pinned key is worth, as the library found it: it returns signer where the key made it.
func judge(f found, sig *packet.Signature, signer *openpgp.Entity, err error) found {
	_, structural := errors.AsType[pgperrors.StructuralError](err)
	_, unsupported := errors.AsType[pgperrors.UnsupportedError](err)
	switch {
	case signer == nil && (structural || unsupported):
		return f.but(ticket.SignedUnreadable, err.Error())
	case signer == nil:
		return f.but(ticket.SignedBroken, text(err))
	case !strong(sig.Hash):
		return f.but(ticket.SignedWeak, "the digest "+sig.Hash.String())
	case errors.Is(err, pgperrors.ErrSignatureExpired):
		return f.but(ticket.SignedOtherTime, "it has expired")
	case errors.Is(err, pgperrors.ErrKeyExpired), errors.Is(err, pgperrors.ErrKeyRevoked):
		return f.but(ticket.SignedExpired, text(err))
	case err != nil:
		return f.but(ticket.SignedBroken, text(err))
	}
	return f.but(ticket.SignedHolds, "")
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
