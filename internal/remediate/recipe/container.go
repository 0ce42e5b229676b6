package recipe

import (
	"fmt"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

const (
	desktopDoc  = "https://github.com/docker/for-mac/issues/7047"
	orbStackDoc = "https://docs.orbstack.dev/architecture"
)

// privilegedContainer is the way for a virtual machine that nobody can log in
// to: a container with privileges writes the value.
func privilegedContainer(c Case) Step {
	docker, typable := dockerFor(c.Engine)
	s := Step{
		Title:       "a privileged container sets it in the running kernel",
		Why:         "The engine's virtual machine has no login of its own; only a privileged container gets at its kernel.",
		Where:       terminalWith(typable),
		Scope:       Live,
		Typed:       AnyShell,
		Commands:    []string{docker + " run --rm --privileged alpine sysctl -w " + assignment(c.To)},
		Consequence: "Restarts nothing. Pulls the image alpine from its registry if the engine has none; any other image with sysctl does as well.",
		Effect:      "Restarts nothing. Everything on that kernel shares the value.",
		Source:      desktopDoc,
		Do:          Do{Kind: SetLive},
	}
	if !typable {
		s.Commands, s.Typed = []string{"docker run --rm --privileged alpine sysctl -w " + assignment(c.To)}, NoSpot
	}
	return s
}

// orbStackContainer is the same for OrbStack.
func orbStackContainer(c Case) Step {
	s := privilegedContainer(c)
	s.Why, s.Source = "OrbStack has no setting for it that we know; a privileged container gets at its kernel.", orbStackDoc
	s.Consequence += " OrbStack's Linux machines share that kernel. Not tried by us."
	s.Effect += " Not tried by us."
	return s
}

func orbStackKeeper(c Case) Step {
	s := keeper(c)
	s.Why, s.Source = "OrbStack has no setting for it that we know.", orbStackDoc
	s.Consequence += " Not tried by us."
	s.Effect += " Not tried by us."
	return s
}

// untriedContainer is for machines of which nothing but the engine can be reached.
func untriedContainer(c Case) Step {
	s := privilegedContainer(c)
	s.Why, s.Source = "Nothing but the engine can be reached there; whether it lets a container write the value is not confirmed.", kernelDoc
	return s
}

// keeper is the way where nothing else lasts: a container that the engine itself
// starts, raises the value and then only waits.
func keeper(c Case) Step {
	docker, typable := dockerFor(c.Engine)
	if !typable {
		docker = "docker"
	}
	s := Step{
		Title: "a container that sets it now and at every start of the engine",
		Why:   "The engine itself starts it, whatever else is lost when its machine stops.",
		Where: terminalWith(typable),
		Scope: Boot,
		Typed: AnyShell,
		Commands: []string{fmt.Sprintf(
			`%s run -d --name mapcount-keeper --restart always --privileged --network none alpine sh -c "%s || sysctl -w %s; exec tail -f /dev/null"`,
			docker, alreadyAtLeast(c.To), assignment(c.To))},
		Consequence: "It sets the running value, too. A privileged container stays on the engine; `docker rm -f mapcount-keeper` takes it back. " +
			"Containers that start together with the engine may start before it. Pulls the image alpine if the engine has none.",
		Effect: "Restarts nothing. The container stays on the engine, without network, and sets the value at once, and again whenever it finds it lower; " +
			"undo removes it. Containers that start together with the engine may start before it.",
		Source: desktopDoc,
		Do:     Do{Kind: StartKeeper},
	}
	if !typable {
		s.Typed = NoSpot
	}
	return s
}

// desktopKeeper is the same for Docker Desktop, which would otherwise rest.
func desktopKeeper(c Case) Step {
	s := keeper(c)
	const saver = " While it runs, Docker Desktop's Resource Saver cannot pause the engine."
	s.Consequence += saver
	s.Effect += saver
	return s
}

// keeperFor is the keeper of that kind of engine.
func keeperFor(c Case) Way {
	switch {
	case strings.HasPrefix(string(c.Engine.Provider), string(preflight.DockerDesktopUnknown)):
		return desktopKeeper
	case c.Engine.Provider == preflight.OrbStack:
		return orbStackKeeper
	}
	return keeper
}

// keepsNothing says why no container of the engine can keep the value; empty where
// one can.
func keepsNothing(e preflight.Engine) string {
	switch {
	case e.Has(preflight.Rootless):
		return "No container can keep the value on this engine: it runs without root."
	case e.Has(preflight.EnhancedIsolation):
		return "No container can keep the value on this engine: Enhanced Container Isolation does not let any change it."
	case e.Provider == preflight.Podman, e.Provider == preflight.PodmanMachine:
		return "No container can keep the value on this engine: Podman itself does not run at the start of a machine, so that it would not start one again."
	}
	return ""
}

// WithKeeper puts the keeper in the place of the way that lasts, where containers
// get at the kernel and there is something to keep. Where they do not, a note says
// so and the ways stay; where there is no way at all, their own notes say why.
func WithKeeper(c Case, w Ways) Ways {
	if w.Live == nil || w.Boot == nil {
		return w
	}
	if why := keepsNothing(c.Engine); why != "" {
		w.Notes = slices.Concat(w.Notes, []string{why})
		return w
	}
	w.Boot, w.BootIsLive = keeperFor(c), false
	return w
}

// alreadyAtLeast is a shell condition without any character that sh, PowerShell
// or cmd would change inside double quotes. Without it a keeper could lower the
// higher default of a later version.
func alreadyAtLeast(to int64) string {
	return fmt.Sprintf("xargs test %d -le < /proc/sys/vm/max_map_count", to)
}

func terminalWith(typable bool) string {
	if typable {
		return "in a terminal here"
	}
	return "in a terminal here, with this engine's context selected (its name is left out: it is not safe to type)"
}
