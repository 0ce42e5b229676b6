package project_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project"
	"docker-mapcount/internal/preflight/project/position"
)

// resolvedProject is the part of `docker compose config --format json` that
// Project holds too.
type resolvedProject struct {
	Name     string                     `json:"name"`
	Services map[string]resolvedService `json:"services"`
	Configs  map[string]resolvedObject  `json:"configs"`
	Secrets  map[string]resolvedObject  `json:"secrets"`
}

// resolvedObject is a config or secret, resolvedUse its use by a service.
type resolvedObject struct{ File, Content string }

type resolvedUse struct{ Source, Target string }

type resolvedService struct {
	Image       string             `json:"image"`
	Command     []string           `json:"command"`
	Entrypoint  []string           `json:"entrypoint"`
	Environment map[string]*string `json:"environment"`
	Labels      map[string]string  `json:"labels"`
	Platform    string             `json:"platform"`
	Runtime     string             `json:"runtime"`
	Privileged  bool               `json:"privileged"`
	Sysctls     map[string]string  `json:"sysctls"`
	DependsOn   map[string]any     `json:"depends_on"`
	Binds       map[string]string  `json:"-"`
	Volumes     []struct {
		Type, Source, Target string
	} `json:"volumes"`
	Configs []resolvedUse  `json:"configs"`
	Secrets []resolvedUse  `json:"secrets"`
	Build   *resolvedBuild `json:"build"`
	Scale   *int           `json:"scale"`
	Deploy  *struct {
		Replicas *int `json:"replicas"`
	} `json:"deploy"`
	Provider *struct {
		Type string `json:"type"`
	} `json:"provider"`
	Gate     string `json:"-"`
	Replicas int    `json:"-"`
}

type resolvedBuild struct {
	Context            string             `json:"context"`
	Dockerfile         string             `json:"dockerfile"`
	Inline             string             `json:"dockerfile_inline"`
	Target             string             `json:"target"`
	Args               map[string]*string `json:"args"`
	AdditionalContexts map[string]string  `json:"additional_contexts"`
}

// sameAsCompose compares a loaded project with the real Compose's own answer.
func sameAsCompose(t *testing.T, o project.Options, got preflight.Project) {
	t.Helper()
	if composeBinary() == "" {
		return
	}
	out, err := compose(t, o, append([]string{"config", "--format", "json"}, o.Services...)...)
	if err != nil {
		t.Errorf("compose refuses what we load: %v", err)
		return
	}
	var want resolvedProject
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(out), "$$", "$")), &want); err != nil {
		t.Fatal(err)
	}
	for name, s := range want.Services {
		want.Services[name] = s.normalized(want)
	}
	want.Configs, want.Secrets = nil, nil
	if diff := cmp.Diff(want, seenAs(got), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("project differs (-compose +ours):\n%s", diff)
	}
}

// normalized leaves what we keep, in the form in which we keep it.
func (s resolvedService) normalized(p resolvedProject) resolvedService {
	s.Binds = map[string]string{}
	for _, v := range s.Volumes {
		if v.Type == "bind" {
			s.Binds[v.Target] = v.Source
		}
	}
	for _, u := range s.Configs {
		if o := p.Configs[u.Source]; o.File+o.Content != "" {
			s.Binds[position.MountTarget("configs", u.Source, u.Target)] = o.File + o.Content
		}
	}
	for _, u := range s.Secrets {
		if o := p.Secrets[u.Source]; o.File != "" { // Compose does not print what comes from the environment
			s.Binds[position.MountTarget("secrets", u.Source, u.Target)] = o.File
		}
	}
	s.Volumes, s.Configs, s.Secrets = nil, nil, nil
	s.Replicas = 1
	if s.Deploy != nil && s.Deploy.Replicas != nil {
		s.Replicas = *s.Deploy.Replicas
	}
	if s.Scale != nil {
		s.Replicas = *s.Scale
	}
	s.Scale, s.Deploy = nil, nil
	if s.Provider != nil {
		s.Gate, s.Provider = s.Provider.Type, nil
	}
	for name := range s.DependsOn {
		s.DependsOn[name] = nil
	}
	if b := s.Build; b != nil && b.Inline == "" && !filepath.IsAbs(b.Dockerfile) && filepath.IsAbs(b.Context) {
		b.Dockerfile = filepath.Join(b.Context, b.Dockerfile)
	}
	return s
}

// seenAs spells our project in Compose's terms.
func seenAs(p preflight.Project) resolvedProject {
	r := resolvedProject{Name: p.Name, Services: map[string]resolvedService{}}
	for _, s := range p.Services {
		if !s.IsJob {
			r.Services[s.Name] = serviceSeenAs(s)
		}
	}
	return r
}

func serviceSeenAs(s preflight.Service) resolvedService {
	v := resolvedService{
		Image: s.Image, Command: s.Command, Entrypoint: s.Entrypoint, Labels: s.Labels,
		Platform: s.Platform, Runtime: s.Runtime, Privileged: s.Privileged,
		Replicas: s.Replicas, Gate: s.GateType,
		Environment: map[string]*string{}, Sysctls: map[string]string{},
		DependsOn: map[string]any{}, Binds: map[string]string{},
	}
	for _, e := range s.Environment {
		v.Environment[e.Name] = nil
		if e.Set {
			v.Environment[e.Name] = &e.Value
		}
	}
	for _, e := range s.Sysctls {
		v.Sysctls[e.Name] = e.Value
	}
	for _, d := range s.DependsOn {
		v.DependsOn[d] = nil
	}
	for _, m := range s.Mounts {
		if m.Source != "" || m.Inline && !strings.HasPrefix(m.Target, "/run/secrets/") {
			v.Binds[m.Target] = m.Source + m.Content
		}
	}
	if s.Build != nil {
		v.Build = buildSeenAs(*s.Build)
	}
	return v
}

func buildSeenAs(b preflight.Build) *resolvedBuild {
	r := &resolvedBuild{
		Context: b.Context, Dockerfile: b.Dockerfile, Inline: b.Inline, Target: b.Target,
		Args: map[string]*string{}, AdditionalContexts: b.AdditionalContexts,
	}
	for name, value := range b.Args {
		r.Args[name] = &value
	}
	return r
}
