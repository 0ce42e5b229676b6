package position

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

var errTooLarge = errors.New("too large")

// input is a walk over files in memory, below the folder /p.
func input(files map[string]string, main ...string) Input {
	in := Input{
		Directory: root,
		Lookup:    func(string) (string, bool) { return "", false },
		Read: func(file string) ([]byte, error) {
			content, known := files[name(file)]
			switch {
			case !known:
				return nil, os.ErrNotExist
			case content == "huge":
				return nil, errTooLarge
			}
			return []byte(content), nil
		},
		Refused:      func(err error) bool { return errors.Is(err, errTooLarge) },
		Remote:       func(path string) bool { return strings.HasPrefix(path, "oci://") },
		Expand:       func(value string, _ Lookup) string { return strings.ReplaceAll(value, "$V", "value") },
		EnvFiles:     func(l Lookup, _ []string) (Lookup, error) { return l, nil },
		VolumeTarget: func(spec string) string { return spec[strings.LastIndex(spec, ":")+1:] },
	}
	for _, f := range main {
		in.Files = append(in.Files, File{Name: filepath.Join(root, f), Content: []byte(files[f])})
	}
	return in
}

var root, _ = filepath.Abs("/p")

func name(file string) string {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

func at(file string, line int) preflight.Location {
	return preflight.Location{File: filepath.Join(root, filepath.FromSlash(file)), Line: line}
}

func TestElementsAreFoundByWhatTheyExpandTo(t *testing.T) {
	t.Parallel()
	set, err := Walk(t.Context(), input(map[string]string{"a": `services:
  web:
    environment:
      - $V=1
    volumes:
      - ./x:/$V/
    secrets: [one, {source: two, target: /etc/two}]
    configs: [one]
`}, "a"))
	if err != nil || !set.Complete {
		t.Fatal(err, set.Complete)
	}
	web := set.Services["web"]
	got := []preflight.Location{
		web.Entry("environment", "value"), web.Entry("volumes", "/value"), web.Entry("secrets", "/run/secrets/one"),
		web.Entry("secrets", "/etc/two"), web.Entry("configs", "/one"), web.Entry("configs", "/none"), web.Field("image"),
	}
	want := []preflight.Location{at("a", 4), at("a", 6), at("a", 7), at("a", 7), at("a", 8), {}, {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTagsTakeAwayWhatStoodBefore(t *testing.T) {
	t.Parallel()
	set, err := Walk(t.Context(), input(map[string]string{
		"a": "services:\n  web:\n    image: x\n    command: a\n    environment: [A=1, B=1]\n    labels: [L=1]\n  gone: {image: x}\n  new: {image: x, command: c}\n",
		"b": "services:\n  web:\n    command: !reset null\n    environment: {A: !reset null}\n    labels: !override {M: 1}\n  gone: !reset null\n  new: !override\n    image: y\n",
	}, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	web, young := set.Services["web"], set.Services["new"]
	got := []preflight.Location{
		web.Field("image"), web.Field("command"), web.Entry("environment", "A"), web.Entry("environment", "B"),
		web.Entry("labels", "L"), web.Entry("labels", "M"), young.Location, young.Field("image"), young.Field("command"),
	}
	want := []preflight.Location{at("a", 3), {}, {}, at("a", 5), {}, at("b", 5), at("b", 7), at("b", 8), {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, known := set.Services["gone"]; known {
		t.Error("a service that was reset is still there")
	}
}

func TestRemoteReferencesAreListed(t *testing.T) {
	t.Parallel()
	set, err := Walk(t.Context(), input(map[string]string{
		"a": "include:\n  - b\n  - path: [c, oci://two]\nservices:\n  web:\n    extends:\n      file: oci://three\n      service: x\n",
		"b": "include:\n  - oci://one\n",
		"c": "",
	}, "a"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Reference{{"oci://one", at("b", 2)}, {"oci://two", at("a", 3)}, {"oci://three", at("a", 6)}}
	if diff := cmp.Diff(want, set.Remote); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeFollowedIsLeftOut(t *testing.T) {
	t.Parallel()
	for title, files := range map[string]map[string]string{
		"missing":       {"a": "include: [none]\nservices: {web: {image: x}}"},
		"include cycle": {"a": "include: [b]\nservices: {web: {image: x}}", "b": "include: [a]"},
		"extends cycle": {"a": "services: {web: {image: x, extends: other}, other: {extends: web}}"},
		"file cycle":    {"a": "services: {web: {image: x, extends: {file: a, service: web}}}"},
		"syntax":        {"a": "services: {web: {image: x}}\n---\n]"},
		"alias loop":    {"a": "services: {web: &w {image: x, labels: *w, <<: *w}}"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			set, err := Walk(t.Context(), input(files, "a"))
			if err != nil {
				t.Fatal(err)
			}
			if title != "alias loop" && set.Complete {
				t.Error("the walk calls itself complete")
			}
			if !set.Services["web"].Field("image").Known() {
				t.Errorf("what could be read is lost: %+v", set.Services)
			}
		})
	}
}

func TestRefusedFilesStopTheWalk(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"include: [big]", "services: {web: {extends: {file: big, service: x}}}"} {
		if _, err := Walk(t.Context(), input(map[string]string{"a": a, "big": "huge"}, "a")); !errors.Is(err, errTooLarge) {
			t.Errorf("%s: got %v", a, err)
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	set, err := Walk(t.Context(), input(map[string]string{
		"a": "services:\n  web.front:\n    ports:\n      - 80\n      - {target: x}\n    environment:\n      - A=1\n      - B=${B}\n",
		"b": "services:\n  web.front:\n    image: x\n",
	}, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, containing string
		want             preflight.Location
	}{
		{"services.web.front.ports.1.target", "", at("a", 5)},
		{"services.web.front.ports.[0]", "", at("a", 4)},
		{"services.web.front.ports.9", "", at("a", 3)},
		{"services.web.front.environment.[]", "${B}", at("a", 8)},
		{"services.web.front.environment", "A=", at("a", 7)},
		{"services.web.front", "", at("b", 2)},
		{"services.web.front.image", "", at("b", 3)},
		{"services.none", "", at("b", 1)},
		{"networks.x", "", preflight.Location{File: at("b", 0).File}},
	} {
		if got := set.Locate(at("b", 0).File, c.path, c.containing); got != c.want {
			t.Errorf("%s %s is at %v, want %v", c.path, c.containing, got, c.want)
		}
	}
}

func FuzzWalk(f *testing.F) {
	f.Add("services: {a: {extends: {file: b, service: a}, environment: [X=1], volumes: ['x:/y']}}", "services: {a: &a {image: x, <<: *a}}")
	f.Add("include: [b, {path: [b, a], project_directory: ., env_file: x}]", "include: [a]\nservices: !override {a: !reset null}")
	f.Add("x: &x [*x, *x]\nservices: {a: *x, b: {<<: [*x], labels: {<<: *x}}}", "- a\n---\nb: c")
	f.Add("services:\n  ? [a, b]\n  : c\n  <<: {<<: {<<: {}}}\njobs: {j: {extends: j, secrets: [{target: 5}]}}", "\ufeffa: \"\\u0000\"")
	f.Add("x: "+strings.Repeat("[", 600)+strings.Repeat("]", 600), strings.Repeat("---\n", 1010))
	f.Add("x-0: &a0 {k: v}\nx-1: &a1 {<<: [*a0, *a0], k: *a0}\nx-2: &a2 {<<: *a1, command: *a1}\nservices: {s: *a2}", "services: {a: {command: "+strings.Repeat("x", 200)+"}}")
	f.Add("include: [{path: [a, b, a], env_file: [a, b]}, a, b]\nservices: {s: {extends: {file: a, service: s}}}", "services: {s: {extends: {file: b, service: s}, ports: [1-2, '3']}}\ninclude: b")
	f.Add("? &k {a: *k}\n: &v [*v, {*k : *v}]", "services: &s {a: *s, b: {<<: *s}}")
	f.Fuzz(func(t *testing.T, a, b string) {
		in := input(map[string]string{"a": a, "b": b}, "a", "b", "a")
		set, err := Walk(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range set.Services {
			if !s.Location.Known() || s.Location.Line < 1 {
				t.Errorf("service %q has no place", name)
			}
			set.Locate(s.Location.File, "services."+name+".environment.[]", "x")
		}
		set.Holding("x")
		set.NotMapping()
		set.Sections("services")
		set.Items("ports")
		set.Having("extends")
		if x := set.Excess; x != nil && (x.Text == "" || !x.Location.Known() || len(set.Documents) > maxDocuments) {
			t.Errorf("%+v with %d documents", x, len(set.Documents))
		}
	})
}
