package dockerfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// follow parses a text and follows it to its end.
func follow(text, target string, args, contexts map[string]string) (Chain, bool) {
	f, ok := Parse([]byte(text), args)
	if !ok {
		return Chain{}, false
	}
	return f.Chain(target, contexts)
}

func TestBase(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, target string
		args, contexts     map[string]string
		base               string
		line               int
	}{
		{name: "plain", text: "# c\nFROM a:1\n", base: "a:1", line: 2},
		{name: "argument", text: "ARG V=1\nFROM a:${V}\n", args: map[string]string{"V": "2"}, base: "a:2", line: 2},
		{name: "stages", text: "FROM a AS x\nFROM b\nFROM x\n", base: "a", line: 1},
		{name: "a stage does not see itself", text: "FROM a AS a\n", base: "a", line: 1},
		{name: "target", text: "FROM a AS x\nFROM b AS y\n", target: "x", base: "a", line: 1},
		{name: "context", text: "FROM a AS x\nFROM x\n", contexts: map[string]string{"x": "elsewhere"}, base: "x", line: 1},
		{name: "escape", text: "# escape=`\nFROM `\n  a:1\n", base: "a:1", line: 2},
		{name: "no base", text: "ARG B\nFROM $B\n"},
		{name: "no stage", text: "ENV a=b\n"},
		{name: "no target", text: "FROM a\n", target: "z"},
		{name: "too many stages", text: strings.Repeat("FROM a\n", maxStages+1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, ok := follow(tt.text, tt.target, tt.args, tt.contexts)
			if ok != (tt.base != "") || ok && (c.Base != tt.base || c.Line != tt.line) {
				t.Errorf("base %q on line %d (%v), want %q on line %d", c.Base, c.Line, ok, tt.base, tt.line)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	c, ok := follow(`ARG MODE=fast
FROM base AS one
ARG MODE
ENV A=$MODE B="$OLD and \"new\"" OLD=changed
CMD ["x"]
FROM one
ENV C=${A}er D=$OLD
ARG A=lost
ENV E=$A
ENTRYPOINT run $A
COPY --from=other /no /no
COPY a b /dir/
ADD ../../c /c
ADD https://x.test/y /y
COPY *.conf /etc/
WORKDIR /srv
WORKDIR conf
COPY d e/
RUN echo "a: b" >> f.yml && printf 'x\n' > /g; echo lost; echo c | tee -a h >/dev/null
COPY <<END /i
text
END
`, "", nil, nil)
	if !ok {
		t.Fatal("not read")
	}
	want := Settings{
		Environment: map[string]Variable{
			"A": {"fast", 4}, "B": {`old and "new"`, 4}, "OLD": {"changed", 4},
			"C": {"faster", 7}, "D": {"changed", 7}, "E": {"fast", 9},
		},
		Entrypoint: Line{[]string{"/bin/sh", "-c", "run $A"}, 10},
		Command:    Line{[]string{}, 10},
		Copies: []Copy{
			{Source: "/a", Target: "/dir/", Line: 12},
			{Source: "/b", Target: "/dir/", Line: 12},
			{Source: "/c", Target: "/c", Line: 13},
			{Source: "/", Pattern: "*.conf", Target: "/etc/", Line: 15},
			{Source: "/d", Target: "/srv/conf/e/", Line: 18},
			{Target: "/srv/conf/f.yml", Text: "a: b\n", Adds: true, Line: 19},
			{Target: "/g", Text: "x\n\n", Line: 19},
			{Target: "/srv/conf/h", Text: "c\n", Adds: true, Line: 19},
			{Target: "/i", Text: "text\n", Line: 20},
		},
		Workdir: "/srv/conf",
	}
	if diff := cmp.Diff(want, c.Settings(map[string]string{"OLD": "old"})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestValuesAreBounded(t *testing.T) {
	t.Parallel()
	text := "FROM a\nENV A=0123456789\n" + strings.Repeat("ENV A=$A$A$A$A\n", 100)
	c, ok := follow(text, "", nil, nil)
	if n := len(c.Settings(nil).Environment["A"].Value); !ok || n > maxWord {
		t.Errorf("a value has %d bytes (%v)", n, ok)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("ARG V=1\nFROM a:${V:-2} AS x\nENV A=$A${A:+b} B='c'\nFROM x\nCOPY <<E /f\nE\nENTRYPOINT [\"a\"", "x", "V", "3")
	f.Add("# escape=`\nFROM a\nENV a `\nb\nENV ${a/b/c} ${a##*}\n", "0", "a", "$a")
	f.Fuzz(func(t *testing.T, text, target, name, value string) {
		c, ok := follow(text, target, map[string]string{name: value}, map[string]string{value: name})
		if ok && c.Base == "" {
			t.Error("a chain without a base")
		}
		c.Settings(map[string]string{name: value})
	})
}
