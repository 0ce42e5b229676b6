package project_test

import (
	"io"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"

	"docker-mapcount/internal/preflight/project"
)

// ragflow is the project that speed is measured on: profiles, include, env files.
func ragflow(b *testing.B) project.Options {
	b.Helper()
	root, projects := corpus(b)
	for _, p := range projects {
		if p.ID == "ragflow" {
			return p.options(root)
		}
	}
	b.Skip("the corpus has no project ragflow")
	return project.Options{}
}

func BenchmarkLoad(b *testing.B) {
	o := ragflow(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := project.Load(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkComposeGo is what the same project costs without positions, as
// Compose itself loads it.
func BenchmarkComposeGo(b *testing.B) {
	o := ragflow(b)
	logrus.SetOutput(io.Discard)
	b.ReportAllocs()
	for b.Loop() {
		options, err := cli.NewProjectOptions(nil,
			cli.WithWorkingDirectory(o.WorkingDirectory), cli.WithEnv(o.Environ),
			cli.WithEnvFiles(), cli.WithDotEnv, cli.WithConfigFileEnv, cli.WithDefaultConfigPath,
			cli.WithEnvFiles(), cli.WithDotEnv, cli.WithDefaultProfiles(), cli.WithoutEnvironmentResolution)
		if err != nil {
			b.Fatal(err)
		}
		p, err := options.LoadProject(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.WithServicesEnvironmentResolved(true); err != nil {
			b.Fatal(err)
		}
	}
}
