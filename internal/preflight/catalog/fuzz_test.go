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
	f.Add("FROM a\nENV A=0123456789\n"+strings.Repeat("ENV A=$A$A$A$A\n", 40)+"COPY <<X /f\n"+strings.Repeat("$A\n", 20)+"X\nRUN cat /f"+strings.Repeat(" && echo $A >>/f", 20), "", "A", "x")
	f.Add(strings.Repeat("FROM a AS a\n", 20)+"ARG "+strings.Repeat("X", 20)+"\nFROM "+strings.Repeat("${A:-", 20), "a", "a", "service:s")
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
	f.Add("a0: &a0 [k]\na1: &a1 [*a0, *a0]\na2: &a2 {<<: *a1, x: *a1}\n"+strings.Repeat("{a: ", 20), "sh -c "+strings.Repeat("$(", 20))
	f.Add(strings.Repeat("a.", 20)+": 1\n"+strings.Repeat("k=${k}${k}\n", 20), "sh -c exec "+strings.Repeat("$A ", 20))
	f.Add("A='"+strings.Repeat("x", 20), ". /run.sh; . /run.sh; exec \"$0\" \"$@\"")
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
	f.Add("products: [{id: a, title: b, images: [x.y/z], needs: [{level: none, reason: r, source: s}], waivers: [{when: " + strings.Repeat("{not: ", 20) + "{setting: a}" + strings.Repeat("}", 20) + "}]}]")
	f.Add("products:\n- &a {id: a, like: b, images: []}\n- {id: b, like: a, images: [x.y/" + strings.Repeat("*", 20) + "]}\n- *a")
	f.Add("products: [{id: a, title: b, images: [{name: x.y/z, tags: ['" + strings.Repeat("*a", 20) + "b']}], values: {n: {ulimit: nofile}}, needs: [{level: recommended, basis: documented, recommended: {formula: '" + strings.Repeat("(", 20) + "n'}, reason: r, source: s}]}]")
	f.Add("products:\n- {id: a, title: b, images: [x.y/z], needs: [{level: none, reason: r, source: s, when: {not: {all: [{ulimit: nofile}]}}}]}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, e := range List([]*Catalog{c}) {
			Search([]preflight.CatalogEntry{e}, []*Catalog{c}, e.Title)
		}
		for _, p := range c.Products() {
			for _, i := range p.Images {
				classifyOne(t, service(i.Name), Options{User: []*Catalog{c}})
			}
		}
	})
}
