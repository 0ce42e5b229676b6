package engine

import (
	"context"
	"fmt"
	"slices"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// found is how far the measuring came.
type found struct {
	source  preflight.Source
	doc     protocol.Document  // what was seen; empty when nothing was
	files   bool               // whether the document tells what the machine starts with
	image   string             // reference of our helper image, where the engine is known to hold it
	why     string             // why nothing better was used
	noFiles string             // why the start-up files were not read
	failure *preflight.Failure // why there is no value; nil when there is one
}

// ownKernel takes back a value that was read on another kernel than the engine's:
// then the container had one of its own, as with Kata or gVisor.
func (got *found) ownKernel(f Facts) {
	engine, helper := f.Info.KernelVersion, f.HelperKernel
	if got.failure != nil || engine == "" || helper == "" || sameKernel(engine, helper) {
		return
	}
	got.failure = &preflight.Failure{
		Code:    preflight.CodeHelperFailed,
		Message: fmt.Sprintf("the helper container ran on kernel %s, the engine has %s: that value is not the engine's", helper, engine),
		Hint:    "docker info --format '{{.DefaultRuntime}}'",
		HintWhy: "a runtime that shares the engine's kernel, such as runc, is needed to look",
	}
}

// measure takes the cheapest honest way that is allowed.
func (s *Session) measure(ctx context.Context, f Facts, doubt string) found {
	id := Identify(f)
	if failure := unmeasurable(f, id); failure != nil {
		return found{source: preflight.SourceNone, failure: failure}
	}
	forms := s.accepted(f)
	way := choose(s.o, f, id, doubt == "", len(forms) == 0)
	switch way.source {
	case preflight.SourceLocal:
		return s.here(ctx, f, id)
	case preflight.SourceNone:
		return found{source: preflight.SourceNone, failure: notMeasured(doubt)}
	case preflight.SourceImage:
		return s.withImage(ctx, f, way)
	case preflight.SourcePlain, preflight.SourcePrivileged:
	}
	stop := s.sweep(ctx, f)
	defer stop()
	if way.source == preflight.SourcePrivileged {
		got, noFiles := s.withPrivileges(ctx, f, forms)
		if noFiles == "" {
			return got
		}
		way.noFiles = noFiles
	}
	return s.withoutPrivileges(ctx, f, way)
}

// unmeasurable says why there is no use in looking further.
func unmeasurable(f Facts, id Identity) *preflight.Failure {
	switch {
	case id.Provider == preflight.WindowsContainers:
		return &preflight.Failure{
			Code:    preflight.CodeWindowsContainers,
			Message: "runs Windows containers: they have no such setting",
			Hint:    "switch Docker Desktop to Linux containers",
		}
	case f.Degraded:
		return &preflight.Failure{
			Code:    preflight.CodeAPI,
			Message: "Docker Desktop answered with an error and without any facts about itself",
			Hint:    "docker context use desktop-linux",
			HintWhy: "Docker Desktop's own context, if another one is in use",
		}
	}
	return nil
}

func notMeasured(doubt string) *preflight.Failure {
	return &preflight.Failure{
		Code:    preflight.CodeNotMeasured,
		Message: "not measured: --helper never, and not readable from here, since " + doubt,
		Hint:    "--helper plain",
		HintWhy: "allows a container without any privilege to look",
	}
}

// The reasons for not having read the files that the engine's machine starts with.
const (
	refusedFiles = "the engine refuses privileged containers, so its start-up files could not be read"
	remoteFiles  = "the start-up files of a remote engine are read only with --helper privileged"
	plainFiles   = "its start-up files were not read, as --helper plain asks"
	imageFiles   = "its start-up files were not read: only our own helper image can"
	rootlessFile = "the engine runs without root, so its containers cannot read the machine's start-up files"
	nestedFiles  = "the engine is in a container: what the machine around it does at start decides"
)

// way is how an engine is going to be measured.
type way struct {
	source  preflight.Source
	noFiles string // why the start-up files are not going to be read; empty where they are, or do not matter
}

// choose decides on the way. It is pure.
func choose(o Options, f Facts, id Identity, local, refused bool) way {
	switch {
	case local && (o.Mode == preflight.HelperAuto || o.Mode == preflight.HelperNever):
		return way{source: preflight.SourceLocal}
	case o.Mode == preflight.HelperNever:
		return way{source: preflight.SourceNone}
	case o.HelperImage != "":
		return way{preflight.SourceImage, imageFiles}
	case o.Mode == preflight.HelperPrivileged:
		return way{source: preflight.SourcePrivileged}
	case o.Mode == preflight.HelperPlain:
		return way{preflight.SourcePlain, plainFiles}
	}
	switch why := filesOutOfReach(f, id); {
	case why != "":
		return way{preflight.SourcePlain, why}
	case !filesDecide(o.Purpose, f, id):
		return way{source: preflight.SourcePlain}
	case refused:
		return way{preflight.SourcePlain, refusedFiles}
	}
	return way{source: preflight.SourcePrivileged}
}

// filesOutOfReach says why even a privileged helper would not, or must not
// unasked, see the files that the machine starts with.
func filesOutOfReach(f Facts, id Identity) string {
	has := func(t preflight.Trait) bool { return preflight.Engine{Traits: id.Traits}.Has(t) }
	switch {
	case surelyNested(f) != "":
		return nestedFiles
	case has(preflight.Rootless):
		return rootlessFile
	case has(preflight.Remote):
		return remoteFiles
	}
	return ""
}

// filesDecide reports whether the boot value follows from files in the engine's
// machine; where it may, a look is worth it only when a person asks.
func filesDecide(p Purpose, f Facts, id Identity) bool {
	switch natureOf(f, id).files {
	case filesDecisive:
		return true
	case filesPartial, filesScripts:
		return p != ForCheck
	case filesSilent:
	}
	return false
}

// here reads this machine's own files.
func (s *Session) here(ctx context.Context, f Facts, id Identity) found {
	m := s.machine()
	got := found{source: preflight.SourceLocal, doc: protocol.Document{
		Live: m.live, KernelRelease: m.kernel, BootID: m.bootID, CommandLine: m.commandLine,
	}}
	image := make(chan string, 1)
	go func() {
		held := ""
		if s.o.Purpose == ForInspect {
			held = s.cachedImage(ctx, f)
		}
		image <- held
	}()
	if filesDecide(ForInspect, f, id) {
		s.o.Host.startFiles(&got.doc)
		got.files = true
	}
	got.doc.UIDMap = s.isolation(ctx, f, id)
	got.image = <-image
	return got
}

// isolation is the user namespace of a container, where it decides who can change
// the value and nothing here tells of it: Enhanced Container Isolation of the Docker
// Desktop around a distribution. Empty where that cannot be found out.
func (s *Session) isolation(ctx context.Context, f Facts, id Identity) string {
	if s.o.Purpose != ForFix || s.o.Mode != preflight.HelperAuto || id.Provider != preflight.DockerDesktopWSL2 {
		return ""
	}
	stop := s.sweep(ctx, f)
	defer stop()
	got, err := s.runOurs(ctx, f, plain, lookMode(plain))
	if err != nil {
		return ""
	}
	return got.doc.UIDMap
}

// withPrivileges tries these forms of a powerful helper. Where none answered, but a
// lesser helper may, it says why the machine's files were not read.
func (s *Session) withPrivileges(ctx context.Context, f Facts, forms []power) (got found, noFiles string) {
	var words string
	lasting := true
	for i, w := range forms {
		got, err := s.runOurs(ctx, f, w, lookMode(w))
		switch {
		case err == nil && got.files:
			s.settle(f, w, i > 0 && lasting, words)
			got.source = preflight.SourcePrivileged
			return got, ""
		case err == nil:
			words = "the machine's files could not be read"
		case isRefusal(err):
			words = engineWords(err)
			lasting = lasting && forbids(words)
		default:
			return s.failed(ctx, err), ""
		}
	}
	if !lasting {
		return found{}, "no privileged container could be started (" + words + "), so its start-up files could not be read"
	}
	s.remember(f, powerful, words)
	return found{}, refusedFiles
}

// settle notes what is refused by an engine that accepts that form, where an
// attempt has just shown it. It is what comes before it.
func (s *Session) settle(f Facts, accepted power, attempted bool, words string) {
	switch refused := powerful[:slices.Index(powerful, accepted)]; {
	case len(refused) == 0:
		s.forget(f)
	case attempted:
		s.remember(f, refused, words)
	}
}

func (s *Session) withoutPrivileges(ctx context.Context, f Facts, w way) found {
	got, err := s.runOurs(ctx, f, plain, lookMode(plain))
	if err != nil {
		return s.failed(ctx, err)
	}
	got.source, got.noFiles = preflight.SourcePlain, w.noFiles
	if w.noFiles == refusedFiles {
		got.why = "the engine refuses privileged containers"
	}
	return got
}
