package preflight

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func required(service string, minimum int64) Need {
	return Need{Service: service, Product: "elasticsearch", Level: LevelRequired, Basis: BasisEnforced, Minimum: Amount{Number: minimum}}
}

func recommended(service string, advised int64) Need {
	return Need{Service: service, Product: "mongodb", Level: LevelRecommended, Recommended: Amount{Number: advised}}
}

func waived(service string) Need {
	return Need{
		Service: service, Product: "elasticsearch", Level: LevelWaived,
		Because: []Cause{{Setting: "discovery.type=single-node", Effect: EffectWaives, Number: 262144}},
	}
}

func live(value int64, boot Boot) Engine {
	return Engine{Context: "default", Provider: NativeLinux, Reading: Reading{Live: value, Source: SourceLocal, Boot: boot}}
}

func TestJudgeVerdicts(t *testing.T) {
	t.Parallel()
	kept := func(v int64) Boot { return Boot{State: BootKept, Value: v} }
	lost := Boot{State: BootLost, Value: KernelDefault}
	unreachable := Engine{Context: "default", Err: &Failure{Code: CodeNoEngine, Message: "no such file"}}
	both := Need{Service: "es", Level: LevelRequired, Minimum: Amount{Number: 262144}, Recommended: Amount{Number: 1048576}}
	kata := required("es", 262144)
	kata.OwnKernel = "kata-runtime"

	tests := []struct {
		name    string
		needs   []Need
		engines []Engine
		minimum int64
		want    Verdict
		service Verdict // of the first service
		exit    int
		strict  int // exit status with --strict
	}{
		{"too low", []Need{required("es", 262144)}, []Engine{live(65530, lost)}, 0, Fail, Fail, 2, 2},
		{"exactly enough", []Need{required("es", 262144)}, []Engine{live(262144, kept(262144))}, 0, Pass, Pass, 0, 0},
		{"one below", []Need{required("es", 262144)}, []Engine{live(262143, kept(262143))}, 0, Fail, Fail, 2, 2},
		{"enough now, lost later", []Need{required("es", 262144)}, []Engine{live(262144, lost)}, 0, Warn, Pass, 0, 2},
		{"lower later, still enough", []Need{required("es", 262144)}, []Engine{live(1048576, Boot{State: BootLower, Value: 262144})}, 0, Pass, Pass, 0, 0},
		{"ephemeral never warns", []Need{required("es", 262144)}, []Engine{live(262144, Boot{State: BootEphemeral})}, 0, Pass, Pass, 0, 0},
		{"boot not known", []Need{required("es", 262144)}, []Engine{live(262144, Boot{State: BootUnknown})}, 0, Pass, Pass, 0, 0},
		{"advice not met", []Need{recommended("mongo", 131060)}, []Engine{live(65530, lost)}, 0, Warn, Warn, 0, 2},
		{"advice met", []Need{recommended("mongo", 131060)}, []Engine{live(262144, kept(262144))}, 0, Pass, Pass, 0, 0},
		{"minimum met, advice not", []Need{both}, []Engine{live(262144, kept(262144))}, 0, Warn, Warn, 0, 2},
		{"not reached", []Need{required("es", 262144)}, []Engine{unreachable}, 0, Unknown, Unknown, 3, 3},
		{"waived alone", []Need{waived("es")}, nil, 0, Skip, Skip, 0, 0},
		{"own kernel", []Need{kata}, nil, 0, Skip, Skip, 0, 0},
		{"no number stated", []Need{{Service: "x", Level: LevelRecommended}}, nil, 0, Skip, Skip, 0, 0},
		{"minimum asked for, too low", nil, []Engine{live(65530, lost)}, 262144, Fail, "", 2, 2},
		{"minimum asked for, lost later", nil, []Engine{live(262144, lost)}, 262144, Warn, "", 0, 2},
		{"worst of two engines", []Need{required("es", 262144)}, []Engine{live(262144, kept(262144)), unreachable}, 0, Unknown, Unknown, 3, 3},
		{"fail beats unknown", []Need{required("es", 262144)}, []Engine{live(65530, lost), unreachable}, 0, Fail, Fail, 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Case{Kind: KindCheck, Needs: tt.needs, Engines: tt.engines, Minimum: tt.minimum}
			r := Judge(c)
			if r.Verdict != tt.want || r.Exit() != tt.exit {
				t.Errorf("verdict %s, exit %d; want %s, %d", r.Verdict, r.Exit(), tt.want, tt.exit)
			}
			if tt.service != "" && r.Services[0].Verdict != tt.service {
				t.Errorf("service verdict %s; want %s", r.Services[0].Verdict, tt.service)
			}
			c.Strict = true
			if got := Judge(c).Exit(); got != tt.strict {
				t.Errorf("exit with --strict %d; want %d", got, tt.strict)
			}
		})
	}
}

func TestJudgeTotals(t *testing.T) {
	t.Parallel()
	needs := []Need{
		required("es01", 262144), required("es02", 262144), required("small", 131072),
		recommended("mongo", 131060), waived("es03"),
		{Service: "db", Level: LevelNone},
	}
	r := Judge(Case{Kind: KindCheck, Needs: needs, Engines: []Engine{live(65530, Boot{State: BootHigher, Value: 524288})}})
	want := Total{Minimum: 262144, Recommended: 131060, Target: 524288, SetBy: []string{"es01", "es02"}}
	if diff := cmp.Diff(want, r.Need); diff != "" {
		t.Errorf("need (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"es01", "es02", "small"}, r.Engines[0].Failing); diff != "" {
		t.Errorf("failing (-want +got):\n%s", diff)
	}
}

func TestTargetIsZeroWhenNothingIsNeeded(t *testing.T) {
	t.Parallel()
	r := Judge(Case{Kind: KindCheck, Needs: []Need{waived("es")}, Engines: []Engine{live(65530, Boot{})}})
	if r.Need.Target != 0 {
		t.Errorf("target %d for a project that needs nothing", r.Need.Target)
	}
}

func TestFindingsCount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		finding Finding
		want    Verdict
	}{
		{Finding{Severity: SeverityError}, Fail},
		{Finding{Severity: SeverityWarning}, Warn},
		{Finding{Severity: SeverityNote}, Skip},
		{Finding{Severity: SeverityError, Silenced: "known"}, Skip},
	}
	for _, tt := range tests {
		if got := Judge(Case{Kind: KindRequirements, Findings: []Finding{tt.finding}}).Verdict; got != tt.want {
			t.Errorf("%+v gives %s; want %s", tt.finding, got, tt.want)
		}
	}
}

func TestAboveMaximumWarnsAndKeepsTheValue(t *testing.T) {
	t.Parallel()
	n := required("ob", 327600)
	n.Maximum = 1310720
	r := Judge(Case{Kind: KindCheck, Needs: []Need{n}, Engines: []Engine{live(2000000, Boot{State: BootKept, Value: 2000000})}})
	if r.Verdict != Warn || len(r.Findings) != 1 || r.Findings[0].Rule != "above-maximum" {
		t.Errorf("verdict %s, findings %+v", r.Verdict, r.Findings)
	}
	if r.Need.Target < 2000000 {
		t.Errorf("target %d lowers the engine's value", r.Need.Target)
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	order := []Verdict{Skip, Pass, Warn, Unknown, Fail}
	for i, worse := range order {
		for _, better := range order[:i+1] {
			if got := Worst(better, worse); got != worse {
				t.Errorf("Worst(%s, %s) = %s", better, worse, got)
			}
		}
	}
}
