package preflight

import (
	"context"
	"slices"
	"testing"
)

func TestEnginesAreAskedForImages(t *testing.T) {
	t.Parallel()
	unknown := Need{Service: "web", Level: LevelNone, LocalName: "acme/web"}
	blindOne := Need{Service: "own", Level: LevelNone, LocalName: "p-own", Blind: true}
	needing := Need{Service: "es", Level: LevelRequired, LocalName: "es:8", Minimum: Amount{Number: 262144}}
	for name, tt := range map[string]struct {
		needs []Need
		found map[string]LocalImage // what the engine holds
		after []Need                // what the second classifying says
		asked []string
		read  bool
	}{
		"nothing needed asks nothing":             {needs: []Need{unknown}},
		"asked beside reading":                    {needs: []Need{unknown, needing}, asked: []string{"acme/web", "es:8"}, read: true},
		"a second look":                           {needs: []Need{unknown, needing}, found: map[string]LocalImage{"acme/web": {}}, after: []Need{needing, needing}, asked: []string{"acme/web", "es:8"}, read: true},
		"blind, and the engine knows no more":     {needs: []Need{blindOne, unknown}, asked: []string{"acme/web", "p-own"}},
		"blind, and the image needs nothing":      {needs: []Need{blindOne}, found: map[string]LocalImage{"p-own": {}}, after: []Need{unknown}, asked: []string{"p-own"}},
		"blind, and the image needs a value":      {needs: []Need{blindOne}, found: map[string]LocalImage{"p-own": {}}, after: []Need{needing}, asked: []string{"p-own"}, read: true},
		"a name that is asked for twice, is once": {needs: []Need{blindOne, blindOne}, asked: []string{"p-own"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			read := false
			w := Work{
				Kind: KindCheck,
				Load: func(context.Context) (Project, error) { return Project{}, nil },
				Classify: func(_ Project, images map[string]LocalImage) ([]Need, []Finding) {
					if len(images) > 0 {
						return tt.after, nil
					}
					return tt.needs, nil
				},
				Engines: []Asking{{
					Read:   func(context.Context) Engine { read = true; return Engine{Reading: Reading{Live: 1 << 20}} },
					Images: func(_ context.Context, names []string) map[string]LocalImage { asked = names; return tt.found },
				}},
			}
			r, err := Check(t.Context(), w)
			if err != nil || read != tt.read || !slices.Equal(asked, tt.asked) {
				t.Errorf("read %v, asked %v (%v); want %v, %v", read, asked, err, tt.read, tt.asked)
			}
			want := tt.needs
			if tt.found != nil {
				want = tt.after
			}
			if len(r.Services) != len(want) || r.Services[0].Service != want[0].Service {
				t.Errorf("the report has %v", r.Services)
			}
		})
	}
}

func TestOfSeveralEnginesTheFirstCounts(t *testing.T) {
	t.Parallel()
	says := func(command string) Asking {
		return Asking{Images: func(context.Context, []string) map[string]LocalImage {
			return map[string]LocalImage{"a": {Command: []string{command}}}
		}}
	}
	got := lookAtImages(t.Context(), []Asking{{}, says("first"), says("second")}, []string{"a"})
	if got["a"].Command[0] != "first" {
		t.Errorf("got %v", got)
	}
}
