// Package hands answers: who on this computer can look at an engine's machine and
// change it, and what comes of it?
//
// It wires [remediate.Hands] from what there is: the engine's session with its
// helper containers, this program itself, this program as root through sudo, and
// other programs. Nothing here decides what is changed.
package hands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/engine"
	"docker-mapcount/internal/preflight/helper/protocol"
	"docker-mapcount/internal/remediate"
)

// Options are what hands are made of.
type Options struct {
	Session *engine.Session
	// SameKernel says that the engine's kernel is this machine's, so that this program
	// can change the value, as root; SameMachine, that its files are, too. All
	// distributions of WSL share a kernel and no more.
	SameKernel, SameMachine bool
	Means                   remediate.Means
	Sudo                    Sudo
	Run                     func(ctx context.Context, command []string) error // other programs
	Measure                 func(ctx context.Context) preflight.Engine        // reads the engine anew
	Save                    func(remediate.Receipt) error
}

// New wires the hands for one engine that was read.
func New(o Options) remediate.Hands {
	return remediate.Hands{
		Look: o.look, Set: o.set, Lower: o.lower, Swap: o.swap,
		Keepers: o.keepers, StartKeeper: o.startKeeper, RemoveKeeper: o.removeKeeper,
		Run: o.Run, Measure: o.Measure, Save: o.Save, Now: time.Now,
	}
}

var errNobody = errors.New("nobody here can do that")

// deed lets this program do something to its own machine, as root.
func (o Options) deed(ctx context.Context, by remediate.Actor, r request) (answer, error) {
	if ours := o.SameMachine || o.SameKernel && r.Do != doSwap; !ours {
		return answer{}, errNobody
	}
	switch by {
	case remediate.Here:
		a := thisMachine.perform(r)
		return a, a.failure()
	case remediate.Sudo:
		return o.Sudo.perform(ctx, r)
	case remediate.Person, remediate.Helper, remediate.Other:
	}
	return answer{}, errNobody
}

func (o Options) set(ctx context.Context, by remediate.Actor, to int64) (remediate.Written, error) {
	if by == remediate.Helper {
		w, err := o.Session.SetLive(ctx, to)
		return remediate.Written(w), err
	}
	a, err := o.deed(ctx, by, request{Do: doSet, To: to})
	return a.Written, err
}

func (o Options) lower(ctx context.Context, by remediate.Actor, from, to int64) (remediate.Written, error) {
	if by == remediate.Helper {
		w, err := o.Session.LowerLive(ctx, from, to)
		return remediate.Written(w), err
	}
	a, err := o.deed(ctx, by, request{Do: doLower, From: from, To: to})
	return a.Written, err
}

func (o Options) swap(ctx context.Context, by remediate.Actor, f remediate.File, seen string, next fileswap.State) error {
	switch {
	case f.On == preflight.OnClient && by == remediate.Here && clientFile(f.Path):
		return fileswap.Swap(f.Path, seen, next)
	case f.On == preflight.OnClient:
		return errNobody
	case by == remediate.Helper:
		return o.Session.SwapFile(ctx, f.Path, seen, next)
	}
	_, err := o.deed(ctx, by, request{Do: doSwap, Path: f.Path, Seen: seen, Next: next})
	return err
}

// look reads a file and finds the one who needs the least to change it.
func (o Options) look(ctx context.Context, f remediate.File) remediate.Seen {
	if f.On == preflight.OnClient {
		return lookHere(f.Path)
	}
	if !protocol.Editable(f.Path) {
		return remediate.Seen{Problem: "this is not one of the files that fix changes by itself"}
	}
	if o.SameMachine && o.Means.Root {
		return seen(remediate.Here)(fileswap.Look(f.Path))
	}
	there := seen(remediate.Helper)(o.Session.LookAtFile(ctx, f.Path))
	if there.Problem == "" || !o.SameMachine || !o.Means.Sudo || odd(ctx, there) {
		return there
	}
	return seen(remediate.Sudo)(fileswap.Look(f.Path)) // everybody may read it
}

// odd reports whether it is the file itself that stands in the way.
func odd(ctx context.Context, s remediate.Seen) bool {
	for _, err := range []error{fileswap.ErrLink, fileswap.ErrIrregular, fileswap.ErrTooLarge} {
		if strings.HasSuffix(s.Problem, err.Error()) {
			return true
		}
	}
	return ctx.Err() != nil
}

func seen(by remediate.Actor) func(fileswap.State, error) remediate.Seen {
	return func(s fileswap.State, err error) remediate.Seen {
		if err != nil {
			return remediate.Seen{Problem: err.Error()}
		}
		return remediate.Seen{State: s, By: by}
	}
}

// lookHere looks at a file of this computer that belongs to its user.
func lookHere(path string) remediate.Seen {
	if !clientFile(path) {
		return remediate.Seen{Problem: "this is not one of the files that fix changes by itself"}
	}
	return seen(remediate.Here)(fileswap.Look(path))
}

// clientFile reports whether a path is that of a .wslconfig, the one file of this
// computer that is changed.
func clientFile(path string) bool {
	name := path[strings.LastIndexAny(path, `/\`)+1:]
	return strings.EqualFold(name, ".wslconfig")
}

// keepers lists those with our label, with whether they are surely ours: nothing else
// is believed or removed.
func (o Options) keepers(ctx context.Context) ([]remediate.Keeper, error) {
	list, err := o.Session.Keepers(ctx)
	var out []remediate.Keeper
	for _, k := range list {
		out = append(out, keeper(k))
	}
	return out, err
}

func keeper(k engine.Keeper) remediate.Keeper {
	return remediate.Keeper{ID: k.ID, Value: k.Value, Running: k.Running && k.Restarts, Unknown: !k.Ours}
}

func (o Options) startKeeper(ctx context.Context, to int64) (remediate.Keeper, error) {
	k, err := o.Session.StartKeeper(ctx, to)
	return keeper(k), err
}

func (o Options) removeKeeper(ctx context.Context, id string) error {
	if id == "" {
		return fmt.Errorf("removing the keeper: %w", errNobody)
	}
	return o.Session.RemoveKeeper(ctx, id)
}
