package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"docker-mapcount/internal/preflight"
)

// service is a service with nothing but an image.
func service(image string) preflight.Service {
	return preflight.Service{
		Name: "s", Image: image, Replicas: 1,
		Location: preflight.Location{File: "/p/compose.yaml", Line: 3},
	}
}

// classifyOne classifies a project of one service.
func classifyOne(t *testing.T, s preflight.Service, o Options) (preflight.Need, []preflight.Finding) {
	t.Helper()
	needs, findings := Classify(preflight.Project{Name: "p", Directory: "/p", Services: []preflight.Service{s}}, o)
	if len(needs) != 1 || needs[0].Service != s.Name {
		t.Fatalf("one service gave %v", needs)
	}
	return needs[0], findings
}

func TestOwnCatalogIsValid(t *testing.T) {
	t.Parallel()
	parsed, err := Parse("products.yaml", []byte(ownProducts))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parsed.Products(), Default().Products(), cmpopts.IgnoreUnexported(Product{}), cmpopts.IgnoreFields(Range{}, "Line")); diff != "" {
		t.Errorf("read whole and read in parts differ:\n%s", diff)
	}
	for _, e := range Default().entries {
		p, err := e.load()
		if err != nil || p.ID != e.id {
			t.Fatalf("entry %s read as %q: %v", e.id, p.ID, err)
		}
		for _, i := range p.Images {
			ref, ok := parseImage(strings.ReplaceAll(i.Name, "*", "any"))
			if fresh := (entry{text: e.text}); !ok || !fresh.mentions(ref) {
				t.Errorf("entry %s does not mention its image %s", e.id, i.Name)
			}
		}
		if line := strings.Split(ownProducts, "\n")[p.Line-1]; !strings.HasSuffix(line, "id: "+e.id) {
			t.Errorf("entry %s is said to be on line %d: %q", e.id, p.Line, line)
		}
	}
}

// The levels, as short as the tables below need them.
const (
	none        = preflight.LevelNone
	recommended = preflight.LevelRecommended
	required    = preflight.LevelRequired
	waived      = preflight.LevelWaived
)

func TestProducts(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, tt := range productRows {
		covered[tt.entry] = true
		t.Run(tt.image, func(t *testing.T) {
			t.Parallel()
			n, findings := classifyOne(t, service(tt.image), Options{})
			got := [...]any{n.Title, n.Level, n.Basis, n.Minimum.Number, n.Recommended.Number}
			want := [...]any{tt.title, tt.level, tt.basis, tt.minimum, tt.recommended}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.entry != "" && (n.Source == "" || n.Rule == "" || n.Reason == "" || strings.ContainsAny(n.Reason+n.AfterRestart, "{}")) {
				t.Errorf("source %q, rule %q, reason %q, after %q", n.Source, n.Rule, n.Reason, n.AfterRestart)
			}
			if m, _ := lookUp(nil, tt.image); m.product.ID != tt.entry || len(findings) > 0 {
				t.Errorf("entry %q, findings %v", m.product.ID, findings)
			}
		})
	}
	for _, p := range Default().Products() {
		if !covered[p.ID] && len(p.Images) > 0 {
			t.Errorf("no row for %s", p.ID)
		}
	}
}

// factFile finds a file of the project's shared reference folder.
func factFile(t *testing.T, name string) []byte {
	t.Helper()
	for dir, _ := filepath.Abs("."); ; dir = filepath.Dir(dir) {
		if data, err := os.ReadFile(filepath.Join(dir, "shared", "reference", name)); err == nil {
			return data
		}
		if dir == filepath.Dir(dir) {
			t.Skipf("no shared/reference/%s beside the repository", name)
		}
	}
}

func TestNamesThatOnlyResemble(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(string(factFile(t, "name-traps.tsv"))) {
		image, _, _ := strings.Cut(line, "\t")
		if !strings.Contains(image, "/") {
			continue // the heading
		}
		rows++
		for _, ref := range []string{image, image + ":latest", "harbor.example/dockerhub/" + strings.SplitN(image, "/", 2)[1] + ":1.2"} {
			if n, _ := classifyOne(t, service(ref), Options{}); n.Level != preflight.LevelNone || n.Product != "" {
				t.Errorf("%s needs %s as %s", ref, n.Level, n.Product)
			}
		}
	}
	if rows < 50 {
		t.Errorf("only %d rows read", rows)
	}
}

// TestRequirementImages goes through the rows of the reference: each of their
// images must be recognised, and the number of the row be one that its product asks.
func TestRequirementImages(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(string(factFile(t, "requirements.tsv"))) {
		cells := strings.Split(line, "\t")
		if len(cells) < 4 || cells[1] == "-" || cells[0] == "product" {
			continue
		}
		for image := range strings.SplitSeq(cells[1], ",") {
			rows++
			n, _ := classifyOne(t, service(image), Options{})
			m, _ := lookUp(nil, image)
			number, err := strconv.ParseInt(cells[2], 10, 64)
			switch {
			case n.Product == "":
				t.Errorf("%s (%s) is not recognised", image, cells[0])
			case err == nil && !slices.Contains(m.product.numbers(), number) && !proposed[cells[0]]:
				t.Errorf("%s (%s): nothing asks for %d, only %v", image, cells[0], number, m.product.numbers())
			}
		}
	}
	if rows < 150 {
		t.Errorf("only %d images read", rows)
	}
}

// proposed are rows about numbers that their products do not state: an open
// proposal, and an advice of the original for its derivatives.
var proposed = map[string]bool{"OpenSearch (proposed recommendation)": true}

// numbers are all that the product ever asks for.
func (p Product) numbers() []int64 {
	var all []int64
	for _, n := range p.Needs {
		all = append(all, n.Minimum.Number, n.Recommended.Number)
	}
	for _, a := range p.Advice {
		all = append(all, a.Number.Number)
	}
	return all
}
