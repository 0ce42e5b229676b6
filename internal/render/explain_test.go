package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"docker-mapcount/internal/preflight"
)

var clock = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)

func seen(means preflight.SignMeaning) *preflight.Seen {
	return &preflight.Seen{
		Sign:  preflight.Sign{Text: "max virtual memory areas", Means: means, Note: "Memory may be short, too.", Title: "Elasticsearch", Source: "https://example.invalid"},
		Means: means, Quote: "max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]", Found: 65530, Wanted: 262144, Time: clock,
	}
}

// failedES is a container of Elasticsearch that ended twelve minutes ago.
func failedES(ending preflight.Ending, change func(*preflight.Explained)) preflight.Explained {
	c := preflight.Explained{
		Container: preflight.Container{
			ID: "c0ffee", Name: "shop-es-1", Image: "elasticsearch:8.11.3", State: preflight.StateExited, ExitCode: 78,
			Compose: preflight.ComposeLabels{Project: "shop", Service: "es"},
			Started: clock.Add(-13 * time.Minute), Finished: clock.Add(-12 * time.Minute), Seen: clock, Log: preflight.Log{Driver: "json-file"},
		},
		Need: elastic("es", "8.11.3", 0), Ending: ending,
	}
	if change != nil {
		change(&c)
	}
	return c
}

func low() *preflight.Engine {
	e := linux()
	e.Reading.Live, e.Reading.Boot = 65530, preflight.Boot{State: preflight.BootKept, Value: 65530}
	return &e
}

func raised() *preflight.Engine {
	e := linux()
	e.Reading.Boot = preflight.Boot{State: preflight.BootLost, Value: 65530}
	return &e
}

func aboutService(engine *preflight.Engine, containers ...preflight.Explained) preflight.Explanation {
	need := elastic("es", "8.11.3", 0)
	return preflight.Explanation{
		Version: "0.1.0", Subject: preflight.Subject{Kind: preflight.SubjectService, Name: "es"}, Engine: engine, Need: &need,
		Project: &preflight.Project{Name: "shop", Directory: dir}, Containers: containers,
	}
}

func mapCount(certainty preflight.Certainty, means preflight.SignMeaning) preflight.Ending {
	return preflight.Ending{By: preflight.EndedByMapCount, Certainty: certainty, Sign: seen(means), Wanted: 262144, StartsNow: preflight.No}
}

func acmeKnowledge() preflight.Knowledge {
	return preflight.Knowledge{
		Entry: "acme", Rule: "acme", Title: "Acme", Images: []string{"docker.io/acme/acme"},
		Needs: []preflight.Clause{
			{Versions: "<2.0", Level: preflight.LevelNone, Reason: "It maps no files.", Source: "https://example.invalid/1"},
			{
				Versions: ">=2.0 <3.0 || >=3.1", When: "mode is cluster", Level: preflight.LevelRequired, Basis: preflight.BasisEnforced,
				Minimum: preflight.Amount{Number: 262144}, Maximum: 1310720, Reason: "It checks.", Source: "https://example.invalid/2",
			},
			{Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented, Recommended: preflight.Amount{Number: 65530, Formula: "8000 * cores"}, Source: "https://example.invalid/3"},
		},
		Advice:  []preflight.Clause{{Recommended: preflight.Amount{Number: 524288}, Source: "https://example.invalid/4"}},
		Waivers: []preflight.Clause{{When: "mode is single", Unless: "strict is true", Versions: ">=2.0"}},
		Signs:   []preflight.Sign{{Text: "maps [N] too low", Means: preflight.SignRefuses}, {Text: "low", Means: preflight.SignWarns}, {Text: "Map failed", Means: preflight.SignSuggests, Note: "Or memory."}},
	}
}

// explanations has one of each kind, and of each part that may be there.
func explanations() map[string]preflight.Explanation {
	silent := aboutService(nil)
	down := unreachable(preflight.Failure{Code: preflight.CodeNoEngine, Message: "cannot connect: no such file or directory", Hint: "start it"})
	silent.Engine, silent.Unasked = &down, down.Err
	page := preflight.RulePage{ID: "a-rule", Title: "What it says", Sections: []preflight.RuleSection{
		{Blocks: []preflight.RuleBlock{{Text: "An error."}}},
		{Heading: "What to do", Blocks: []preflight.RuleBlock{{Text: "This:", Point: true}, {Code: []string{"docker mapcount fix"}}}},
	}}
	need := elastic("x", "8.11.3", 0)
	return map[string]preflight.Explanation{
		"failed":  aboutService(low(), failedES(mapCount(preflight.Certain, preflight.SignRefuses), nil)),
		"silent":  silent,
		"running": aboutService(low(), failedES(preflight.Ending{By: preflight.StillRunning, Warning: seen(preflight.SignWarns)}, func(c *preflight.Explained) { c.State = preflight.StateRunning })),
		"suggested": aboutService(low(), failedES(mapCount(preflight.Likely, preflight.SignSuggests), func(c *preflight.Explained) {
			c.Ending.Others, c.Ending.Warning, c.Ending.Tail = []string{"another check"}, seen(preflight.SignWarns), []string{"last line"}
			c.Log.Lines, c.Log.Cut, c.Log.Err, c.Error, c.Compose.Hook, c.RestartPolicy = []preflight.LogLine{{}}, true, "unread", "refused", "pre_start", "always"
		})),
		"rule": {
			Subject: preflight.Subject{Kind: preflight.SubjectRule, Name: "a-rule"}, Page: &page,
			Also: []preflight.Subject{{Kind: preflight.SubjectService, Name: "a-rule"}}, Notes: []string{"A note."},
			Next: []preflight.Next{{Command: "docker mapcount explain --as service a-rule", Where: "here", Why: "the service of this name"}},
		},
		"product": {Subject: preflight.Subject{Kind: preflight.SubjectRule, Name: "acme"}, Products: []preflight.Knowledge{acmeKnowledge(), acmeKnowledge()}},
		"image": {
			Subject: preflight.Subject{Kind: preflight.SubjectImage, Name: "acme"}, Need: &need,
			Image: &preflight.ImageKnowledge{Reference: "docker.io/acme/acme", Known: true, MatchedBy: "docker.io/acme/acme", Version: "2.1", Product: acmeKnowledge()},
		},
		"lookalike": {
			Subject: preflight.Subject{Kind: preflight.SubjectImage, Name: "kibana"},
			Image:   &preflight.ImageKnowledge{Reference: "docker.io/library/kibana", Resembles: &preflight.Lookalike{What: "Kibana", Near: "Elasticsearch"}},
		},
		"unknown image": {
			Subject: preflight.Subject{Kind: preflight.SubjectImage, Name: "acme/elasticsearch-x"},
			Image:   &preflight.ImageKnowledge{Reference: "docker.io/acme/elasticsearch-x", Contains: "Elasticsearch"},
		},
	}
}

func explained(t *testing.T, e preflight.Explanation, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := PrettyExplanation(&b, e, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplanationJSONFitsSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for name, e := range explanations() {
		var b bytes.Buffer
		if err := ExplanationJSON(&b, e); err != nil {
			t.Fatal(err)
		}
		document := decoded(t, schema, b.Bytes())
		if document["kind"] != "explain" || document["exit"] != float64(e.Exit()) {
			t.Errorf("%s: %v, exit %v", name, document["kind"], document["exit"])
		}
		var tree any
		if err := json.Unmarshal(b.Bytes(), &tree); err != nil {
			t.Fatal(err)
		}
		closed(t, schema, name, tree)
	}
}

// closed holds that the schema knows every field of a document, and wants each.
func closed(t *testing.T, schema *jsonschema.Schema, name string, tree any) {
	t.Helper()
	everyObject(tree, "", func(path string, object map[string]any) {
		object["surplus"] = 1.0
		if schema.Validate(tree) == nil {
			t.Errorf("%s%s: a field too many is not seen", name, path)
		}
		delete(object, "surplus")
		for key, value := range object {
			delete(object, key)
			if schema.Validate(tree) == nil {
				t.Errorf("%s%s: %s may be missing", name, path, key)
			}
			object[key] = value
		}
	})
}

// Whatever the texts are, the lines are of our own making.
func TestPrettyOfHostileExplanation(t *testing.T) {
	t.Parallel()
	const snippet = `x-mapcount: { minimum: N, reason: "why" }`
	for _, evil := range evils() {
		for name, e := range explanations() {
			poison(reflect.ValueOf(&e).Elem(), evil)
			whole := append([]preflight.Next{{Command: snippet}, {Command: evil}}, e.Next...)
			for _, width := range []int{1, 20, 40, 60, 80, 120} {
				o := Options{Width: width, UTF8: width != 60, Actions: true}
				harmless(t, name+" "+evil, explained(t, e, o), o, whole)
			}
			var b bytes.Buffer
			if err := ExplanationJSON(&b, e); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\u202e\u200b") || strings.Contains(b.String(), "##[") {
				t.Errorf("%s: the document is not harmless", name)
			}
		}
	}
}

// poison puts the text into every string of a value; words with a type of their
// own are ours.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fresh := reflect.New(v.Type().Elem())
			fresh.Elem().Set(v.Elem())
			v.Set(fresh)
			poison(fresh.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && (v.Type() != reflect.TypeFor[preflight.Failure]() || v.Type().Field(i).Name != "Code") { // codes are ours, too
				poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(text)
		}
	default:
	}
}

func TestExplanationFirstLines(t *testing.T) {
	t.Parallel()
	project := func(e preflight.Explanation) preflight.Explanation {
		e.Subject, e.Need = preflight.Subject{Kind: preflight.SubjectProject, Name: "shop"}, nil
		return e
	}
	container := func(e preflight.Explanation) preflight.Explanation {
		e.Subject = preflight.Subject{Kind: preflight.SubjectContainer, Name: "shop-es-1"}
		return e
	}
	change := func(f func(*preflight.Explained)) preflight.Explained {
		return failedES(mapCount(preflight.Certain, preflight.SignRefuses), f)
	}
	ended := func(by preflight.EndedBy, f func(*preflight.Explained)) preflight.Explained {
		return failedES(preflight.Ending{By: by, Tail: []string{"bye"}}, f)
	}
	for _, c := range []struct {
		want string
		e    preflight.Explanation
	}{
		{"service es (container shop-es-1) exited 12 minutes ago with 78 because vm.max_map_count was too low:", aboutService(low(), change(nil))},
		{"service es (container shop-es-1) exited with 78 because vm.max_map_count was too low:", aboutService(low(), change(func(c *preflight.Explained) { c.Finished = time.Time{} }))},
		{"service es (container shop-es-1) keeps restarting (once so far); it last exited 12 minutes ago with 78 because vm.max_map_count was too low:", aboutService(low(), change(func(c *preflight.Explained) { c.Ending.Looping, c.Restarts = true, 1 }))},
		{"service es (container shop-es-1) keeps restarting (4 times so far); it last exited 12 minutes ago because vm.max_map_count was too low:", aboutService(low(), change(func(c *preflight.Explained) {
			c.Ending.Looping, c.Restarts, c.State, c.ExitCode = true, 4, preflight.StateRunning, 0
		}))},
		{"service es (container shop-es-1) exited 12 minutes ago with 78 and was removed since, its log with it. Why is not known.", aboutService(low(), ended(preflight.EndedUnknown, func(c *preflight.Explained) {
			c.State, c.Log.Err = preflight.StateGone, "the container was removed, and its log with it"
		}))},
		{"service es (containers shop-es-1, shop-es-2) exited with 78, the last 12 minutes ago, because vm.max_map_count was too low:", aboutService(low(), change(nil), change(func(c *preflight.Explained) { c.Name = "shop-es-2" }))},
		{"service es (one-off container shop-es-1) exited 12 minutes ago with 78 because vm.max_map_count was too low:", aboutService(low(), change(func(c *preflight.Explained) { c.Compose.OneOff = true }))},
		{"service es (container shop-es-1 of its hook pre_start) exited 12 minutes ago with 78 because vm.max_map_count was too low:", aboutService(low(), change(func(c *preflight.Explained) { c.Compose.Hook = "pre_start" }))},
		{"container shop-es-1 (service es of project shop) exited 12 minutes ago with 78 because vm.max_map_count was too low:", container(aboutService(low(), change(nil)))},
		{"container shop-es-1 (one-off for service es of project shop) exited 12 minutes ago with 78 because vm.max_map_count was too low:", container(aboutService(low(), change(func(c *preflight.Explained) { c.Compose.OneOff = true })))},
		{"container shop-es-1 exited 12 minutes ago with 78 because vm.max_map_count was too low:", container(aboutService(low(), change(func(c *preflight.Explained) { c.Compose = preflight.ComposeLabels{} })))},
		{"service es (container shop-es-1) was ended from outside 12 minutes ago (exit status 78); before that it said that vm.max_map_count was too low:", aboutService(low(), failedES(mapCount(preflight.Likely, preflight.SignRefuses), nil))},
		{"service es (container shop-es-1) exited 12 minutes ago with 78; vm.max_map_count may be why:", aboutService(low(), failedES(mapCount(preflight.Possible, preflight.SignSuggests), nil))},
		{"service es (container shop-es-1) was killed 12 minutes ago for lack of memory (exit status 78), with a limit of 512 MiB. That is not vm.max_map_count.", aboutService(low(), ended(preflight.EndedByMemory, func(c *preflight.Explained) { c.MemoryLimit = 512 << 20 }))},
		{"service es (container shop-es-1) exited 12 minutes ago with 139: it crashed (signal 11). Its log does not say that vm.max_map_count ended it, so it is most likely something else. Its last lines:", aboutService(low(), ended(preflight.EndedByCrash, func(c *preflight.Explained) { c.ExitCode = 139 }))},
		{"service es (container shop-es-1) exited 12 minutes ago with 1. Why is not known: its log driver is none.", aboutService(low(), ended(preflight.EndedUnknown, func(c *preflight.Explained) { c.ExitCode, c.Log.Err = 1, "its log driver is none" }))},
		{"service es is Elasticsearch 8.11.3: needs 262144 (enforced)", aboutService(low())},
		{"container shop-es-1 (service es of project shop) was stopped 12 minutes ago (exit status 78)", container(aboutService(low(), ended(preflight.EndedStopped, nil)))},
		{"container shop-es-1 (service es of project shop) was created and never started", container(aboutService(low(), ended(preflight.NeverStarted, nil)))},
		{"project shop has no containers on this engine", project(aboutService(nil))},
		{"project shop: its only container did not fail", project(aboutService(nil, ended(preflight.EndedFinished, nil)))},
	} {
		out := explained(t, c.e, Options{Width: 400, UTF8: true})
		if got, _, _ := strings.Cut(out, "\n"); got != c.want {
			t.Errorf("first line\n%s, want\n%s", got, c.want)
		}
	}
}

func TestValueSentence(t *testing.T) {
	t.Parallel()
	with := func(starts preflight.Answer, f func(*preflight.Explained)) preflight.Explained {
		return failedES(mapCount(preflight.Certain, preflight.SignRefuses), func(c *preflight.Explained) {
			c.Ending.StartsNow = starts
			if f != nil {
				f(c)
			}
		})
	}
	between := linux()
	between.Reading.Live = 100000
	unmeasured := linux()
	unmeasured.Reading.Live, unmeasured.Err = 0, &preflight.Failure{Message: "--helper never"}
	for _, c := range []struct {
		want string
		e    preflight.Explanation
	}{
		{"vm.max_map_count is still 65530 on Linux engine on build-01.", aboutService(low(), with(preflight.No, nil))},
		{"vm.max_map_count is now 100000 on Linux engine on build-01, below the 262144 that it asks for.", aboutService(&between, with(preflight.No, nil))},
		{"vm.max_map_count is now 1048576 on Linux engine on build-01, which is enough: it would start now. After the engine's next start it is 65530 again.", aboutService(raised(), with(preflight.Yes, nil))},
		{"vm.max_map_count is now 1048576 on Linux engine on build-01, which is enough; the other checks would still keep it from starting.", aboutService(raised(), with(preflight.No, func(c *preflight.Explained) { c.Ending.Others = []string{"x"} }))},
		{"What vm.max_map_count is now was not measured: --helper never.", aboutService(&unmeasured, with(preflight.NotKnown, nil))},
		{"vm.max_map_count is 65530 on Linux engine on build-01; it needs 262144.", aboutService(low(), failedES(preflight.Ending{By: preflight.EndedByMemory}, nil))},
		{"vm.max_map_count is 1048576 on Linux engine on build-01, as much as it asks for: look for another cause first.", aboutService(raised(), failedES(mapCount(preflight.Possible, preflight.SignSuggests), nil))},
	} {
		if out := explained(t, c.e, Options{Width: 400}); !strings.Contains(out, "\n"+c.want+"\n") {
			t.Errorf("no %q in\n%s", c.want, out)
		}
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"less than a second": 900 * time.Millisecond, "1 second": time.Second, "59 seconds": 59 * time.Second, "1 minute": 119 * time.Second,
		"2 hours": 150 * time.Minute, "1 day": 25 * time.Hour, "400 days": 400 * 24 * time.Hour,
	} {
		if got := period(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	if got := ago(clock, clock.Add(time.Minute)); got != " less than a second ago" {
		t.Errorf("in the future: %q", got)
	}
}

func TestVersionWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		">=8.16": "versions from 8.16", "<5.0": "versions before 5.0", ">=6.5 <7.0": "versions from 6.5 to before 7.0",
		">=2.1.8 <3.0.0 || >=3.0.4": "versions from 2.1.8 to before 3.0.0, or from 3.0.4", "~1.2": "versions ~1.2", "<=3": "versions <=3",
	} {
		if got := versionWords(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Whose words they are is said at every width.
func TestQuotesNameTheirSource(t *testing.T) {
	t.Parallel()
	e := aboutService(low(), failedES(mapCount(preflight.Certain, preflight.SignRefuses), nil))
	for width := 30; width <= 120; width++ {
		if out := explained(t, e, Options{Width: width}); !strings.Contains(out, "(its log)") {
			t.Errorf("width %d:\n%s", width, out)
		}
	}
}

// While a container runs the engine's exit status is that of nothing.
func TestNoExitCodeWhileRunning(t *testing.T) {
	t.Parallel()
	c := failedES(mapCount(preflight.Certain, preflight.SignRefuses), func(c *preflight.Explained) {
		c.State, c.ExitCode, c.Ending.Looping = preflight.StateRunning, 0, true
	})
	if got := wireContainerOf(c); got.ExitCode != nil {
		t.Errorf("exit code %d", *got.ExitCode)
	}
}
