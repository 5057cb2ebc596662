package config

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"maildesk/addr"
	"maildesk/config/section"
	"maildesk/routing"
)

func (l *loader) readIMAP(t *section.Table) {
	box := IMAP{Mailbox: t.Text("mailbox", "INBOX"), Address: t.Text("mail", ""), Poll: t.Duration("poll", time.Minute)}
	l.readServer(t, &box)
	box.Name = t.Text("name", box.Name)
	l.readLogin(t, &box)
	if box.Mailbox == "" {
		t.Mistake("mailbox", "mailbox is empty", `write "INBOX", or leave it out`)
	}
	if box.Poll < time.Second {
		t.Mistake("poll", "poll is shorter than a second", `write "1m"`)
	}
	switch first := t.Text("first", "new"); first {
	case "new", "all":
		box.All = first == "all"
	default:
		t.Mistake("first", fmt.Sprintf("first = %q is unknown", first), `write "new": mails from now on, or "all": also those that lie there already`)
	}
	box.After, box.Folder = After(t.Text("after", string(Leave))), t.Text("folder", "")
	switch box.After {
	case Leave, Flag, Move, Delete:
	default:
		t.Mistake("after", fmt.Sprintf("after = %q is unknown", box.After), `write "leave", "flag", "move" or "delete"`)
	}
	switch {
	case box.After == Move && box.Folder == "":
		t.Mistake("after", "after = \"move\" needs a folder", `add folder = "Done"`)
	case box.After != Move && box.Folder != "":
		t.Mistake("folder", "folder is only for after = \"move\"", `add after = "move", or remove folder`)
	case box.After == Move && box.Folder == box.Mailbox:
		t.Mistake("folder", "mails cannot be moved into the mailbox itself", "name another folder")
	}
	t.Done()
	l.imaps = append(l.imaps, t)
	l.config.IMAP = append(l.config.IMAP, box)
}

// readServer reads the server and how the connection to it is protected.
func (l *loader) readServer(t *section.Table, box *IMAP) {
	const example = `write it as in "imaps://support%40example.org@imap.example.org"`
	address, ca := t.Needed("address", example), t.Text("tls_ca", "")
	u, err := url.Parse(address)
	switch {
	case address == "":
		return
	case err != nil || u.Scheme != "imap" && u.Scheme != "imaps" || u.Hostname() == "" || u.Path != "" && u.Path != "/":
		t.Mistake("address", fmt.Sprintf("%q is not an address of an IMAP mailbox", withoutPassword(address)), example)
		return
	case u.User.Username() == "":
		t.Mistake("address", "the address names no user", example)
		return
	}
	l.refusePassword(t, "address", u)
	box.User, box.Host, box.TLS = u.User.Username(), withPort(u, map[string]string{"imap": "143", "imaps": "993"}), Required
	box.Name = box.User
	if !strings.Contains(box.User, "@") {
		box.Name += "@" + u.Hostname()
	}
	switch {
	case u.Scheme == "imaps":
		box.TLS = Implicit
	case onLoopback(box.Host):
		box.TLS = NoTLS
	}
	for key, values := range u.Query() {
		switch value := strings.Join(values, ","); {
		case key != "tls":
			t.Mistake("address", fmt.Sprintf("the address has no option %q", key), "the only one is ?tls=required or ?tls=none")
		case u.Scheme == "imaps":
			t.Mistake("address", "imaps:// has TLS from the first byte", "leave ?tls out")
		case value == "required":
			box.TLS = Required
		case value == "none":
			box.TLS = NoTLS
			if !onLoopback(box.Host) {
				t.Warn("address", "password and mails travel unprotected", "use imaps://, or leave ?tls=none out")
			}
		default:
			t.Mistake("address", fmt.Sprintf("tls=%s is unknown", value), "write ?tls=required or ?tls=none")
		}
	}
	box.CA = l.authorities(t, ca)
}

// authorities returns the path of tls_ca, a PEM file of CA certificates, empty if
// there is none.
func (l *loader) authorities(t *section.Table, ca string) string {
	if ca == "" {
		return ""
	}
	path := l.resolve(ca)
	pem, err := os.ReadFile(path)
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(pem) {
		t.Mistake("tls_ca", fmt.Sprintf("%s holds no certificate that can be read", path), "name a PEM file that maildesk may read, or leave tls_ca out: the system's authorities are trusted")
	}
	return path
}

// readLogin reads how to log in: with a password or with OAuth tokens.
func (l *loader) readLogin(t *section.Table, box *IMAP) {
	o := &box.OAuth
	o.Provider, o.TokenURL, o.Tenant = t.Text("oauth", ""), t.Text("token_url", ""), t.Text("tenant", "")
	o.ClientID, o.Scopes = t.Text("client_id", ""), t.Texts("scopes")
	for key, file := range map[string]*string{"password_file": &box.PasswordFile, "client_secret_file": &o.ClientSecretFile, "refresh_token_file": &o.RefreshTokenFile} {
		if *file = t.Text(key, ""); *file != "" {
			l.secret(t, key) // must be readable; it is read again for each log-in
			*file = l.resolve(*file)
		}
	}
	byToken := o.Provider != "" || o.TokenURL != ""
	switch {
	case byToken && box.PasswordFile != "":
		t.Mistake("password_file", "the mailbox has a password and OAuth", "remove one of them")
	case !byToken && box.PasswordFile == "":
		t.Mistake("password_file", "password_file is missing", `name a file that holds the password, as in password_file = "secrets/imap", or use oauth`)
	case byToken:
		l.checkOAuth(t, o)
	default:
		for _, key := range []string{"client_id", "client_secret_file", "refresh_token_file", "tenant", "scopes"} {
			if t.Has(key) {
				t.Mistake(key, key+" needs oauth", `add oauth = "google", oauth = "microsoft" or token_url = "https://…"`)
			}
		}
	}
}

func (l *loader) checkOAuth(t *section.Table, o *OAuth) {
	switch {
	case o.Provider != "" && o.Provider != "google" && o.Provider != "microsoft":
		t.Mistake("oauth", fmt.Sprintf("oauth = %q is unknown", o.Provider), `write "google" or "microsoft", or token_url = "https://…" for others`)
	case o.Provider != "" && o.TokenURL != "":
		t.Mistake("token_url", "oauth names the server already", "remove oauth or token_url")
	case o.Tenant != "" && o.Provider != "microsoft":
		t.Mistake("tenant", `tenant is only for oauth = "microsoft"`, "remove it")
	}
	if u, err := url.Parse(o.TokenURL); o.TokenURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && onLoopback(withPort(u, nil)))) {
		t.Mistake("token_url", fmt.Sprintf("%q is not an https address", o.TokenURL), "write the token endpoint that your provider names, as https://…")
	}
	if o.ClientID == "" {
		t.Mistake("client_id", "OAuth needs a client_id", "register maildesk with the provider, and copy the id that it shows")
	}
	switch {
	case o.Provider == "google" && o.RefreshTokenFile == "":
		t.Mistake("refresh_token_file", "Google needs a refresh_token_file", "docs/routing.md says how to get the token")
	case o.RefreshTokenFile == "" && o.ClientSecretFile == "":
		t.Mistake("refresh_token_file", "neither refresh_token_file nor client_secret_file", "name the file of a user's refresh token, or that of the client's secret where the client itself may read the mailbox")
	}
}

// checkMailboxes checks what [[imap]] refers to in other parts.
func (l *loader) checkMailboxes() {
	var known []string
	for _, a := range l.config.Addresses {
		known = append(known, a.Mail)
	}
	seen := map[[2]string]bool{}
	for i := range l.config.IMAP {
		box, t := &l.config.IMAP[i], l.imaps[i]
		if id := [2]string{box.Name, box.Mailbox}; box.Name != "" && seen[id] {
			t.Mistake("address", fmt.Sprintf("%s of %s is fetched already by a block above", box.Mailbox, box.Name), "remove one of them, or give them different names with name = \"…\"")
		} else {
			seen[id] = true
		}
		asked := box.Address != ""
		want := box.Address
		if !asked {
			want = box.User
		}
		box.Address = ""
		for _, mail := range known {
			if addr.Same(mail, want) {
				box.Address = mail
			}
		}
		switch {
		case box.Address != "" || len(known) == 0:
		case !asked:
			box.Address = known[0]
		default:
			remedy := fmt.Sprintf("add an [[address]] block with mail = %q", want)
			if near := routing.Closest(want, known); near != "" {
				remedy = fmt.Sprintf("did you mean %q?", near)
			}
			t.Mistake("mail", fmt.Sprintf("the desk has no address %q", want), remedy)
		}
	}
}
