package templates

import "fmt"

// override refuses a folder: the admin's own files are not read yet.
func (t *Templates) override(folder string) error {
	return fmt.Errorf("%s: own templates are not read by this version; leave the folder out", folder)
}
