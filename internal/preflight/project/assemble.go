package project

import (
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/project/position"
)

// assemble joins the model with the positions.
func (l *loading) assemble(m *types.Project) (preflight.Project, error) {
	p := preflight.Project{
		Name:       m.Name,
		Directory:  l.directory,
		Repository: repository(l.directory),
		Files:      l.Files,
		Profiles:   activeProfiles(m.Profiles),
	}
	if err := l.settings(m, &p); err != nil {
		return p, err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Services)) {
		s := m.Services[name]
		b := l.builder(m, name, &s.ContainerSpec, &s.WorkloadSpec, s.Extensions)
		b.out.Replicas = s.GetScale()
		if s.Provider != nil {
			b.out.GateType = s.Provider.Type
		}
		b.out.MemoryLimit = memoryLimit(s)
		b.hooks(s.PreStart)
		if err := b.build(); err != nil {
			return p, err
		}
		p.Services = append(p.Services, b.out)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Jobs)) {
		j := m.Jobs[name]
		b := l.builder(m, name, &j.ContainerSpec, &j.WorkloadSpec, j.Extensions)
		b.out.Replicas, b.out.IsJob = 1, true
		b.out.MemoryLimit = int64(j.MemLimit)
		if err := b.build(); err != nil {
			return p, err
		}
		p.Services = append(p.Services, b.out)
	}
	slices.SortStableFunc(p.Services, func(a, b preflight.Service) int { return compareNames(a.Name, b.Name) })
	if len(l.missing) > 0 {
		l.note(missingNote(l.missing))
	}
	p.Notes = l.notes
	return p, nil
}

func compareNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// activeProfiles drops the empty profile, which is how Compose spells none.
func activeProfiles(profiles []string) []string {
	var out []string
	for _, p := range profiles {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// note adds a line once.
func (l *loading) note(line string) {
	if !slices.Contains(l.notes, line) {
		l.notes = append(l.notes, line)
	}
}

// mainFile is where to point when nothing more exact is known.
func (l *loading) mainFile() string {
	if len(l.Files) == 0 {
		return ""
	}
	return l.Files[0]
}

// memoryLimit is the limit in either of its two places.
func memoryLimit(s types.ServiceConfig) int64 {
	if s.MemLimit == 0 && s.Deploy != nil && s.Deploy.Resources.Limits != nil {
		return int64(s.Deploy.Resources.Limits.MemoryBytes)
	}
	return int64(s.MemLimit)
}

// positionOf returns where a service stands. One that no local file names comes
// from a remote reference; with several of them nobody can say from which.
func (l *loading) positionOf(name string) position.Service {
	if l.positions != nil {
		if s, known := l.positions.Services[name]; known {
			return s
		}
	}
	if len(l.remote) == 1 {
		return position.Service{Location: preflight.Location{File: l.remote[0]}}
	}
	return position.Service{Location: preflight.Location{File: l.mainFile()}}
}
