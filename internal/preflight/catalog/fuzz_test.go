package catalog

import (
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

func FuzzImageIdentity(f *testing.F) {
	for _, s := range []string{"elasticsearch:8.1", "harbor.corp/dockerhub/library/mongo@sha256:x", "a/b/c:v1.2.3.4.5", "localhost:5000/sonarqube"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		n, _ := classifyOne(t, service(ref), Options{})
		if n.Level == preflight.LevelRequired && n.Minimum.Number == 0 {
			t.Errorf("%q requires nothing", ref)
		}
	})
}

func FuzzDockerfile(f *testing.F) {
	f.Add("ARG V=8\nFROM elasticsearch:${V:-9} AS a\nENV A=$A$A discovery.type=single-node\nFROM a\nCOPY x /y\nCMD [\"sh\"]", "a", "V", "7")
	f.Add("# escape=`\nFROM --platform=$X x\nENTRYPOINT a && b\nADD <<EOF /x\nEOF\n", "1", "X", "y")
	f.Fuzz(func(t *testing.T, text, target, name, value string) {
		s := built(text, func(b *preflight.Build) {
			b.Target = target
			b.Args = map[string]string{name: value}
			b.AdditionalContexts = map[string]string{value: "service:s", target: "docker-image://" + name}
		})
		classifyOne(t, s, Options{})
	})
}

func FuzzConfigFile(f *testing.F) {
	f.Add("discovery.type: single-node\nnetwork: {host: [_local_, ::1]}\n", "bash -c 'x \"$@\" && exec elasticsearch -E a=b'")
	f.Add("a: &a [*a]\nb: ${A:${B}}", "-Ediscovery.type=${X}")
	f.Fuzz(func(t *testing.T, content, words string) {
		s := inline(service(es9), configPath, content)
		s = command(inline(env(s, "ES_JAVA_OPTS="+content, "A=${A}"), "/run.sh", content), strings.Fields(words)...)
		n, _ := classifyOne(t, s, Options{})
		if n.Level == preflight.LevelWaived && len(n.Because) == 0 {
			t.Errorf("waived without a cause")
		}
		classifyOne(t, entrypoint(inline(service(sonar), "/opt/sonarqube/conf/sonar.properties", content), "/run.sh", words), Options{})
	})
}

func FuzzCatalog(f *testing.F) {
	f.Add(userCatalog)
	f.Add("products:\n- {id: a, title: b, images: [x.y/z], needs: [{level: none, reason: r, source: s, when: {not: {all: [{ulimit: nofile}]}}}]}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, p := range c.Products() {
			for _, i := range p.Images {
				classifyOne(t, service(i.Name), Options{User: []*Catalog{c}})
			}
		}
	})
}
