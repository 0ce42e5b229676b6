package catalog

import (
	"testing"

	"docker-mapcount/internal/preflight"
)

// stack is a project of the usual size: one search service, the rest unknown.
func stack() preflight.Project {
	p := preflight.Project{Name: "p", Directory: "/p"}
	for _, image := range []string{es9, "mysql:8", "redis:7", "minio/minio", "infiniflow/ragflow:v0.27.0"} {
		p.Services = append(p.Services, env(service(image), "discovery.type=single-node", "DOC_ENGINE=elasticsearch"))
	}
	return p
}

func BenchmarkClassify(b *testing.B) {
	p := stack()
	b.Run("first", func(b *testing.B) { // as in a process that has just started
		for b.Loop() {
			fresh := &Catalog{entries: split(ownProducts)}
			Classify(p, Options{User: []*Catalog{fresh}})
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			Classify(p, Options{})
		}
	})
	b.Run("dockerfile", func(b *testing.B) {
		s := built("ARG V\nFROM elasticsearch:${V:-9.1.0}\nENV discovery.type=single-node\nCOPY x /x\n", nil)
		one := preflight.Project{Services: []preflight.Service{s}}
		for b.Loop() {
			Classify(one, Options{})
		}
	})
}

func BenchmarkWholeCatalog(b *testing.B) {
	b.Run("split", func(b *testing.B) {
		for b.Loop() {
			split(ownProducts)
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := Parse("products.yaml", []byte(ownProducts)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
