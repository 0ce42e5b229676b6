package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// Write is what came of writing the running kernel's value.
type Write struct {
	Before, After int64 // as read back; the same when nothing had to be written
}

// SetLive raises the value of the engine's running kernel by a helper with the
// smallest power that is enough. A value that is as high already stays as it is.
// It is called after Read, as are all the methods that work on an engine; an error
// is a [preflight.Failure].
func (s *Session) SetLive(ctx context.Context, to int64) (Write, error) {
	return s.write(ctx, protocol.ModeSet, to)
}

// LowerLive puts a lower value in force if the present one is still from. Where it
// is another one by now, nothing is done, and the error is [fileswap.ErrChanged].
// That it is to already is no error.
func (s *Session) LowerLive(ctx context.Context, from, to int64) (Write, error) {
	return s.write(ctx, protocol.ModeLower, from, to)
}

// write runs the helper with one power after the other until the value is written,
// or the reason that it is not has nothing to do with power.
func (s *Session) write(ctx context.Context, mode string, numbers ...int64) (Write, error) {
	f, id, err := s.subject()
	if err != nil {
		return Write{}, err
	}
	if failure := s.unwritable(f, id); failure != nil {
		return Write{}, failure
	}
	arguments := []string{mode}
	for _, n := range numbers {
		arguments = append(arguments, strconv.FormatInt(n, 10))
	}
	var denied denials
	for _, w := range s.writers(f, id) {
		got, err := s.runOurs(ctx, f, w, atMount(w, arguments)...)
		if err != nil && !isRefusal(err) {
			return Write{}, s.helperFailure(ctx, err)
		}
		if err == nil {
			var written Write
			if written, err = outcome(got.doc); err == nil || !errors.Is(err, errDenied) {
				return written, err
			}
		}
		denied.note(w, got.doc, err)
	}
	return Write{}, denied.failure(s.noPrivileges(id))
}

// outcome reads what the helper wrote.
func outcome(doc protocol.Document) (Write, error) {
	w := doc.Wrote
	switch {
	case w == nil:
		return Write{}, helperFailed("the helper did not say what it wrote" + also(doc.Errors))
	case w.Moved:
		return Write{Before: w.Before, After: w.After}, fmt.Errorf("lowering %s: %w: %s", preflight.Setting, fileswap.ErrChanged, oneLine(w.Err))
	case w.Denied:
		return Write{}, fmt.Errorf("%w: %s", errDenied, oneLine(w.Err))
	case w.Err != "":
		return Write{}, helperFailed("writing " + preflight.Setting + ": " + oneLine(w.Err))
	}
	return Write{Before: w.Before, After: w.After}, nil
}

func helperFailed(message string) *preflight.Failure {
	return &preflight.Failure{Code: preflight.CodeHelperFailed, Message: message}
}

// also adds what the helper complained about.
func also(errs []string) string {
	if len(errs) == 0 {
		return ""
	}
	return ": " + oneLine(strings.Join(errs, "; "))
}

// errDenied marks a write that the system did not let a helper make.
var errDenied = errors.New("the helper may not write it")

// writers are the powers with which to try, the smallest first.
func (s *Session) writers(f Facts, id Identity) []power {
	powers := []power{writing}
	if securityOption(f, "selinux") != "" {
		powers = append(powers, unlabelled)
	}
	if s.noPrivileges(id) == "" {
		powers = append(powers, overriding)
	}
	return powers
}

// atMount adds to the arguments where the helper with that power finds the value.
func atMount(w power, arguments []string) []string {
	if w == overriding {
		return arguments
	}
	return append(slices.Clip(arguments), mountedAt)
}

// noPrivileges says why a privileged container must not be tried; empty where it may.
func (s *Session) noPrivileges(id Identity) string {
	switch {
	case s.o.Mode == preflight.HelperPlain:
		return "--helper plain"
	case id.has(preflight.Remote) && s.o.Mode != preflight.HelperPrivileged:
		return "on a remote engine only with --helper privileged"
	}
	return ""
}

// unwritable says why no container of this engine can write the value, or none is
// allowed to.
func (s *Session) unwritable(f Facts, id Identity) *preflight.Failure {
	refused := func(message string) *preflight.Failure {
		return &preflight.Failure{Code: preflight.CodeHelperRefused, Message: message}
	}
	switch {
	case s.o.Mode == preflight.HelperNever:
		return refused("--helper never: no container may be started")
	case s.o.HelperImage != "":
		return refused("--helper-image: only our own helper image can change something")
	case id.Provider == preflight.WindowsContainers:
		return unmeasurable(f, id)
	case id.has(preflight.Rootless):
		return refused("the engine runs without root: its containers are in a user namespace, which may not change " + preflight.Setting + " of the machine")
	case id.has(preflight.EnhancedIsolation):
		return refused("the engine puts containers into a user namespace of their own, which may not change " + preflight.Setting + " of the machine")
	}
	return nil
}

// Barred says why no container of the engine that was read is going to change
// anything; empty where one may.
func (s *Session) Barred() string {
	f, id, err := s.subject()
	if err != nil {
		return ""
	}
	if failure := s.unwritable(f, id); failure != nil {
		return failure.Message
	}
	return ""
}

// denials are the powers with which it was tried in vain.
type denials struct {
	said   []string
	uidMap string // of the last container that ran
}

func (d *denials) note(w power, doc protocol.Document, err error) {
	how := map[power]string{
		writing: "in a container without privileges", unlabelled: "in one without the confinement of SELinux",
		overriding: "in a privileged one",
	}[w]
	if doc.Wrote != nil {
		d.uidMap = doc.UIDMap
		d.said = append(d.said, how+": "+oneLine(doc.Wrote.Err))
		return
	}
	d.said = append(d.said, how+": the engine refused it: "+engineWords(err))
}

// failure tells all of it. withheld says why a privileged container was not tried.
func (d *denials) failure(withheld string) *preflight.Failure {
	f := &preflight.Failure{
		Code:    preflight.CodeHelperRefused,
		Message: "no container may change " + preflight.Setting + " on this engine: " + strings.Join(d.said, "; "),
	}
	if d.uidMap != "" && !wholeMachine(d.uidMap) {
		f.Message += "; its containers are in a user namespace"
	}
	if withheld != "" {
		f.Message += "; a privileged one was not tried (" + withheld + ")"
		f.Hint, f.HintWhy = "--helper privileged", "allows to try a privileged container"
	}
	return f
}
