package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"

	"docker-mapcount/internal/preflight"
)

// The labels by which Compose knows its containers.
const (
	projectLabel   = "com.docker.compose.project"
	serviceLabel   = "com.docker.compose.service"
	directoryLabel = "com.docker.compose.project.working_dir"
	oneOffLabel    = "com.docker.compose.oneoff"
	hookLabel      = "com.docker.compose.hook"
)

// lookAt looks at one container and, where that may tell something, reads its log.
func (s *Session) lookAt(ctx context.Context, ref string, seen time.Time, closely bool) (preflight.Container, error) {
	var answer container.InspectResponse
	err := s.within(ctx, func(ctx context.Context) (err error) {
		answer, err = s.engine.ContainerInspect(ctx, ref)
		return err
	})
	if err != nil || answer.ContainerJSONBase == nil {
		return preflight.Container{}, err
	}
	c := containerOf(answer)
	c.Seen = seen
	if part, worth := partOfLog(c, closely); worth {
		c.Log = s.readLog(ctx, c, part, answer.Config != nil && answer.Config.Tty)
	}
	return c, nil
}

// containerOf takes over what matters of the engine's answer.
func containerOf(answer container.InspectResponse) preflight.Container {
	c := preflight.Container{
		ID: answer.ID, Name: plainName(answer.Name), Image: answer.Image, State: preflight.StateUnknown, Restarts: answer.RestartCount,
	}
	if s := answer.State; s != nil {
		c.State, c.ExitCode, c.OOMKilled, c.Error = stateOf(s.Status), s.ExitCode, s.OOMKilled, oneLine(s.Error)
		c.Started, c.Finished = timeOf(s.StartedAt), timeOf(s.FinishedAt)
	}
	if config := answer.Config; config != nil {
		c.Image, c.Labels, c.Compose = config.Image, config.Labels, composeLabels(config.Labels)
		c.Entrypoint, c.Command, c.Environment = config.Entrypoint, config.Cmd, variables(config.Env)
	}
	if host := answer.HostConfig; host != nil {
		c.RestartPolicy, c.Runtime, c.Log.Driver = string(host.RestartPolicy.Name), host.Runtime, host.LogConfig.Type
		c.MemoryLimit = host.Memory
		for _, u := range host.Ulimits {
			if u != nil && u.Name == "nofile" {
				c.Nofile = u.Soft
			}
		}
	}
	return c
}

func plainName(name string) string { return strings.TrimPrefix(name, "/") }

// stateOf keeps words that are known. podman has one of its own for a container
// that was never started.
func stateOf(word string) preflight.ContainerState {
	switch state := preflight.ContainerState(word); state {
	case preflight.StateCreated, preflight.StateRunning, preflight.StatePaused, preflight.StateRestarting,
		preflight.StateExited, preflight.StateRemoving, preflight.StateDead:
		return state
	case "configured", "initialized":
		return preflight.StateCreated
	default:
		return preflight.StateUnknown
	}
}

// timeOf reads a time of the engine; what never happened is year 1 there.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t
}

func composeLabels(labels map[string]string) preflight.ComposeLabels {
	return preflight.ComposeLabels{
		Project: labels[projectLabel], Service: labels[serviceLabel], WorkingDirectory: labels[directoryLabel],
		OneOff: strings.EqualFold(labels[oneOffLabel], "true"), Hook: labels[hookLabel],
	}
}

func variables(env []string) []preflight.Variable {
	var list []preflight.Variable
	for _, line := range env {
		name, value, set := strings.Cut(line, "=")
		list = append(list, preflight.Variable{Name: name, Value: value, Set: set})
	}
	slices.SortStableFunc(list, func(a, b preflight.Variable) int { return strings.Compare(a.Name, b.Name) })
	return list
}
