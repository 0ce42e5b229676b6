package project

import (
	"fmt"
	"path"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

// selected keeps the named services and what they depend on. A named service
// activates its profile. Without names every active service and job stays.
func (l *loading) selected(p *types.Project) (*types.Project, error) {
	if len(l.Services) == 0 {
		return p, nil
	}
	services, jobs := l.splitJobs(p)
	for _, name := range services {
		if !matchesService(p, name) {
			return nil, noSuchService(p, name)
		}
	}
	enabled := p
	var err error
	if len(services) > 0 {
		if enabled, err = p.WithServicesEnabled(services...); err != nil {
			return nil, err
		}
	}
	needed := slices.Clone(services)
	chosen := types.Jobs{}
	for _, name := range jobs {
		one, err := enabled.WithSelectedJob(name)
		if err != nil {
			return nil, err
		}
		needed = append(needed, one.ServiceNames()...)
		chosen[name] = p.AllJobs()[name]
	}
	if len(needed) == 0 {
		enabled.Services, enabled.Jobs = types.Services{}, chosen
		return enabled, nil
	}
	if enabled, err = enabled.WithSelectedServices(needed); err != nil {
		return nil, err
	}
	enabled.Jobs = chosen
	return enabled, nil
}

func (l *loading) splitJobs(p *types.Project) (services, jobs []string) {
	all := p.AllJobs()
	for _, name := range l.Services {
		if _, isJob := all[name]; isJob {
			jobs = append(jobs, name)
		} else {
			services = append(services, name)
		}
	}
	return services, jobs
}

// matchesService follows Compose, which takes patterns such as "es*" for
// services that are active.
func matchesService(p *types.Project, name string) bool {
	if _, known := p.AllServices()[name]; known {
		return true
	}
	return slices.ContainsFunc(p.ServiceNames(), func(s string) bool {
		ok, _ := path.Match(name, s)
		return ok
	})
}

func noSuchService(p *types.Project, name string) error {
	known := append(p.ServiceNames(), p.DisabledServiceNames()...)
	for job := range p.AllJobs() {
		known = append(known, job)
	}
	if near := preflight.Nearest(name, known); near != "" {
		return fmt.Errorf("no such service: %s (did you mean %s?)", name, near)
	}
	return fmt.Errorf("no such service: %s", name)
}
