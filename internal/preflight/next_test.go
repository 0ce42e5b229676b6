package preflight

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNextCommands(t *testing.T) {
	t.Parallel()
	es := []Need{required("ragflow", 262144), waived("es01")}
	refused := Engine{Err: &Failure{Code: CodePermission, Message: "permission denied", Hint: "sudo usermod -aG docker $USER", HintWhy: "then sign in again"}}
	tests := []struct {
		name string
		c    Case
		want []string
	}{
		{
			"too low",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{live(65530, Boot{})}},
			[]string{"docker mapcount fix", "docker mapcount fix --print", "docker mapcount explain es01"},
		},
		{
			"repeats the project",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{live(65530, Boot{})}, Again: Again{Docker: "--context b", Project: "--file x.yaml", Engine: "--helper plain", One: "--timeout 1s", Services: "es"}},
			[]string{
				"docker --context b mapcount fix --file x.yaml --helper plain es", "docker --context b mapcount fix --print --file x.yaml --helper plain es",
				"docker --context b mapcount explain --file x.yaml --timeout 1s es01",
			},
		},
		{
			"lost at restart",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{live(262144, Boot{State: BootLost, Value: 65530})}},
			[]string{"docker mapcount fix --boot", "docker mapcount explain es01"},
		},
		{
			"a service called as a rule",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{live(65530, Boot{})}, Again: Again{Rules: []string{"es01"}}},
			[]string{"docker mapcount fix", "docker mapcount fix --print", "docker mapcount explain --as service es01"},
		},
		{"nothing to do", Case{Kind: KindCheck, Needs: es, Engines: []Engine{live(262144, Boot{State: BootKept, Value: 262144})}}, nil},
		{
			"cause first",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{refused}},
			[]string{"sudo usermod -aG docker $USER", "docker context ls"},
		},
		{
			"same way out once",
			Case{Kind: KindCheck, Needs: es, Engines: []Engine{refused, refused}},
			[]string{"sudo usermod -aG docker $USER", "docker context ls"},
		},
		{
			"a flag is a whole command",
			Case{
				Kind: KindCheck, Needs: es, Engines: []Engine{{Err: &Failure{Code: CodeNotMeasured, Hint: "--helper plain"}}},
				Again: Again{Docker: "--context b", Project: "--file x.yaml", Engine: "--helper never --timeout 3s", Services: "es"},
			},
			[]string{"docker --context b mapcount check --file x.yaml --timeout 3s --helper plain es"},
		},
		{
			"a flag, of inspect",
			Case{Kind: KindInspect, Engines: []Engine{{Err: &Failure{Code: CodeHelperRefused, Hint: "--helper-image IMAGE"}}}, Again: Again{Engine: "--all-contexts"}},
			[]string{"docker mapcount inspect --all-contexts --helper-image IMAGE"},
		},
		{"no engine asked", Case{Kind: KindRequirements, Needs: es}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, n := range Judge(tt.c).Next {
				got = append(got, n.Command)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
		})
	}
}
