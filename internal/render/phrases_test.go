package render

import (
	"strings"
	"testing"

	"docker-mapcount/internal/preflight"
)

func TestValuesSayWhereTheyComeFrom(t *testing.T) {
	t.Parallel()
	boot := func(state preflight.BootState, value int64, evidence ...preflight.Evidence) preflight.Boot {
		return preflight.Boot{State: state, Value: value, Evidence: evidence}
	}
	for _, c := range []struct {
		want    string
		reading preflight.Reading
	}{
		{"now            262144   read by a container of the image that was named", preflight.Reading{Live: 262144, Source: preflight.SourceImage}},
		{"now                 ?   not measured", preflight.Reading{}},
		{"now                 ?   --helper never", preflight.Reading{Source: preflight.SourceNone, Why: "--helper never"}},
		{"after restart       ?   not found out", preflight.Reading{Live: 5, Boot: boot(preflight.BootUnknown, 0)}},
		{"after restart       ?   no privilege", preflight.Reading{Live: 5, Why: "no privilege", Boot: boot(preflight.BootUnknown, 0)}},
		{"after restart       ?   this machine does not outlive the job", preflight.Reading{Live: 5, Boot: boot(preflight.BootEphemeral, 0)}},
		{"after restart       9   kernel command line", preflight.Reading{Live: 5, Boot: boot(preflight.BootHigher, 9, preflight.Evidence{Kind: preflight.EvidenceCommandLine, Applies: true})}},
		{"after restart       9   a container that sets it at every start", preflight.Reading{Live: 5, Boot: boot(preflight.BootHigher, 9, preflight.Evidence{Kind: preflight.EvidenceKeeper, Applies: true})}},
		{"after restart       9   since Ubuntu 24.04", preflight.Reading{Live: 5, Boot: boot(preflight.BootHigher, 9, preflight.Evidence{Kind: preflight.EvidenceDefault, Applies: true, Why: "since Ubuntu 24.04"})}},
		{"after restart       9\n", preflight.Reading{Live: 5, Boot: boot(preflight.BootHigher, 9)}},
		{"after restart 2147483647   /x:1", preflight.Reading{Live: 5, Boot: boot(preflight.BootHigher, 2147483647, preflight.Evidence{Kind: preflight.EvidenceFile, File: "/x", Line: 1, Applies: true})}},
	} {
		e := linux()
		e.Reading = c.reading
		if out := pretty(t, inspected(e), Options{}); !strings.Contains(out, "  "+c.want) {
			t.Errorf("no %q in\n%s", c.want, out)
		}
	}
}

func TestInspectFirstLine(t *testing.T) {
	t.Parallel()
	with := func(state preflight.BootState, value int64) preflight.Engine {
		e := linux()
		e.Reading.Boot = preflight.Boot{State: state, Value: value}
		return e
	}
	silent := unreachable(preflight.Failure{Code: preflight.CodeTimeout, Message: "no answer within 10s"})
	for _, c := range []struct {
		want    string
		engines []preflight.Engine
	}{
		{"vm.max_map_count is 1048576, and stays so after a restart", []preflight.Engine{with(preflight.BootKept, 1048576)}},
		{"vm.max_map_count is 1048576, but 65530 after the next restart", []preflight.Engine{with(preflight.BootLost, 65530)}},
		{"vm.max_map_count is 1048576, but lost at the next restart", []preflight.Engine{with(preflight.BootLost, 0)}},
		{"vm.max_map_count is 1048576, and 2000000 after the next restart", []preflight.Engine{with(preflight.BootHigher, 2000000)}},
		{"vm.max_map_count is 1048576; this machine does not outlive the job", []preflight.Engine{with(preflight.BootEphemeral, 0)}},
		{"vm.max_map_count is 1048576; after a restart it is not known", []preflight.Engine{with(preflight.BootUnknown, 0)}},
		{"vm.max_map_count is 1048576 on 2 engines", []preflight.Engine{linux(), linux()}},
		{"? unknown  1 of 2 engines could not be measured", []preflight.Engine{linux(), silent}},
		{"? unknown  no engine was looked at", nil},
	} {
		out := pretty(t, inspected(c.engines...), Options{})
		if got, _, _ := strings.Cut(out, "\n"); got != c.want {
			t.Errorf("first line %q, want %q", got, c.want)
		}
	}
}

func TestRequirementsSayWhy(t *testing.T) {
	t.Parallel()
	waiver := preflight.Cause{Setting: "node.store.allow_mmap=false", Effect: preflight.EffectWaives, Number: 262144, Location: place("compose.yaml", 9)}
	change := func(f func(*preflight.Requirement)) preflight.Report {
		r := requirements()
		r.Services, r.Need = r.Services[:1], preflight.Total{}
		f(&r.Services[0])
		return r
	}
	for _, c := range []struct {
		want   string
		report preflight.Report
	}{
		{"It would need 262144; node.store.allow_mmap=false lifts that. compose.yaml:9", change(func(q *preflight.Requirement) {
			q.Reason, q.Because = "", []preflight.Cause{waiver}
		})},
		{"It needs much. Lifted by node.store.allow_mmap=false. compose.yaml:9", change(func(q *preflight.Requirement) {
			q.Reason, q.Because = "It needs much.", []preflight.Cause{waiver}
		})},
		{"Said by the service itself.", change(func(q *preflight.Requirement) { q.IdentifiedBy = preflight.ByOverride })},
		{"Known from the named catalog.", change(func(q *preflight.Requirement) { q.IdentifiedBy = preflight.ByCatalog })},
		{"Recognised by the local image.", change(func(q *preflight.Requirement) { q.IdentifiedBy = preflight.ByImage })},
		{"required (own kernel)", change(func(q *preflight.Requirement) { q.Level, q.OwnKernel = preflight.LevelRequired, "kata" })},
		{"no service of this project needs vm.max_map_count raised", change(func(*preflight.Requirement) {})},
		{"this project needs vm.max_map_count 5; 9 is advised", func() preflight.Report {
			r := requirements()
			r.Need = preflight.Total{Minimum: 5, Recommended: 9}
			return r
		}()},
		{"this project needs no particular vm.max_map_count; 9 is advised", func() preflight.Report {
			r := requirements()
			r.Need = preflight.Total{Recommended: 9}
			return r
		}()},
	} {
		if out := pretty(t, c.report, Options{Width: 200}); !strings.Contains(out, c.want) {
			t.Errorf("no %q in\n%s", c.want, out)
		}
	}
}

// Services of one product that need it for different reasons keep their rows.
func TestRequirementsKeepReasonsApart(t *testing.T) {
	t.Parallel()
	r := cluster()
	r.Kind = preflight.KindRequirements
	r.Services[1].Reason = "Another reason."
	out := pretty(t, r, Options{})
	if !strings.Contains(out, "es01, es03") || !strings.Contains(out, "Another reason.") {
		t.Error(out)
	}
}
