package protocol

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"docker-mapcount/internal/fileswap"
)

func TestEditable(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/etc/sysctl.d/99-docker-mapcount.conf":               true,
		"/etc/sysctl.d/~last_1.2.conf":                        true,
		"/var/lib/boot2docker/bootsync.sh":                    true,
		"/var/lib/boot2docker/bootlocal.sh":                   true,
		"/var/lib/boot2docker/profile":                        false,
		"/etc/sysctl.conf":                                    false,
		"/etc/sysctl.d/.conf":                                 false,
		"/etc/sysctl.d/.hidden.conf":                          false,
		"/etc/sysctl.d/a":                                     false,
		"/etc/sysctl.d/a/b.conf":                              false,
		"/etc/sysctl.d/../shadow.conf":                        false,
		"/etc/sysctl.d//a.conf":                               false,
		"//etc/sysctl.d/a.conf":                               false,
		"etc/sysctl.d/a.conf":                                 false,
		"/etc/sysctl.d/a\nb.conf":                             false,
		"/etc/sysctl.d/a\x00.conf":                            false,
		"/etc/sysctl.d/ä.conf":                                false,
		"/etc/sysctl.d/" + strings.Repeat("a", 250) + ".conf": true,
		"/etc/sysctl.d/" + strings.Repeat("a", 251) + ".conf": false,
		"": false,
	} {
		if got := Editable(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func TestHeldFailures(t *testing.T) {
	t.Parallel()
	for _, want := range []error{fileswap.ErrLink, fileswap.ErrIrregular, fileswap.ErrTooLarge, fileswap.ErrChanged} {
		var h Held
		h.Fail(fmt.Errorf("writing /x: %w", want))
		if got := h.Failure(); !errors.Is(got, want) {
			t.Errorf("%v became %v", want, got)
		}
	}
	var h Held
	h.Fail(fmt.Errorf("writing /x: %w", syscall.EROFS))
	if got := h.Failure(); got == nil || got.Error() != "read-only file system" {
		t.Errorf("%v", got)
	}
	if (Held{}).Failure() != nil {
		t.Error("nothing went wrong")
	}
}
