package project_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"docker-mapcount/internal/preflight"
)

// placeOf finds a location: web, web.image, web.environment.NAME,
// web.mounts./target, web.sysctls.NAME, web.override, web.problem.
func placeOf(p preflight.Project, path string) preflight.Location {
	s, rest := serviceAt(p, path)
	field, key, _ := strings.Cut(rest, ".")
	switch field {
	case "":
		return s.Location
	case "image":
		return s.ImageLocation
	case "build":
		return s.BuildLocation
	case "entrypoint":
		return s.EntrypointLocation
	case "command":
		return s.CommandLocation
	case "environment":
		v, _ := s.Variable(key)
		return v.Location
	case "mounts":
		return mountAt(s, key).Location
	case "sysctls":
		return sysctl(s, key).Location
	case "pre_start":
		if len(s.PreStart) > 0 {
			return s.PreStart[0].Location
		}
	case "override":
		if s.Override != nil {
			return s.Override.Location
		}
	case "problem":
		if len(s.OverrideErrs) > 0 {
			return s.OverrideErrs[0].Location
		}
	}
	return preflight.Location{}
}

// valueOf finds a value by the same paths and by the names of attributes.
func valueOf(p preflight.Project, path string) string {
	switch path {
	case "name":
		return p.Name
	case "directory":
		return p.Directory
	case "catalog":
		return p.Catalog
	case "files":
		return strings.Join(p.Files, " ")
	case "profiles":
		return strings.Join(p.Profiles, " ")
	case "repository":
		return p.Repository
	case "silenced":
		return silenced(p.Silenced)
	}
	s, rest := serviceAt(p, path)
	field, key, _ := strings.Cut(rest, ".")
	switch field {
	case "environment":
		v, ok := s.Variable(key)
		if !ok {
			return "(none)"
		}
		if !v.Set {
			return "(not set)"
		}
		return v.Value
	case "mounts":
		m := mountAt(s, key)
		return strings.TrimSpace(m.Source + " " + m.Content)
	case "sysctls":
		return sysctl(s, key).Value
	case "override":
		if s.Override == nil {
			return "(none)"
		}
		return fmt.Sprintf("%d %v %s %s", s.Override.Minimum, s.Override.Ignore, s.Override.From, s.Override.Reason)
	case "problem":
		return problems(s)
	case "build":
		return fmt.Sprintf("%+v", *s.Build)
	case "labels":
		return s.Labels[key]
	}
	return attribute(s, field)
}

func attribute(s preflight.Service, field string) string {
	return fmt.Sprint(map[string]any{
		"image": s.Image, "replicas": s.Replicas, "platform": s.Platform, "runtime": s.Runtime,
		"privileged": s.Privileged, "nofile": s.Nofile, "memory": s.MemoryLimit, "job": s.IsJob,
		"gate": s.GateType, "depends": strings.Join(s.DependsOn, " "), "waits": strings.Join(s.WaitsFor, " "),
		"working_dir": s.WorkingDir, "silenced": silenced(s.Silenced), "pre_start": hooks(s.PreStart),
		"command":    fmt.Sprintf("%#v", s.Command),
		"entrypoint": fmt.Sprintf("%#v", s.Entrypoint),
	}[field])
}

// silenced lists silenced findings with their reasons.
func silenced(all map[string]string) string {
	var out []string
	for _, rule := range slices.Sorted(maps.Keys(all)) {
		out = append(out, rule+" "+all[rule])
	}
	return strings.Join(out, "; ")
}

func hooks(all []preflight.Hook) string {
	var out []string
	for _, h := range all {
		out = append(out, fmt.Sprintf("%v %v", h.Command, h.Privileged))
	}
	return strings.Join(out, "; ")
}

func problems(s preflight.Service) string {
	var out []string
	for _, f := range s.OverrideErrs {
		out = append(out, f.Message)
	}
	return strings.Join(out, "; ")
}

// serviceAt splits a path into the service it starts with and the rest.
func serviceAt(p preflight.Project, path string) (preflight.Service, string) {
	name, rest, _ := strings.Cut(path, ".")
	for _, s := range p.Services {
		if s.Name == name {
			return s, rest
		}
	}
	return preflight.Service{}, rest
}

func mountAt(s preflight.Service, target string) preflight.Mount {
	for _, m := range s.Mounts {
		if m.Target == target {
			return m
		}
	}
	return preflight.Mount{}
}

func sysctl(s preflight.Service, name string) preflight.Variable {
	for _, v := range s.Sysctls {
		if v.Name == name {
			return v
		}
	}
	return preflight.Variable{}
}
