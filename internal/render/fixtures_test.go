package render

import (
	"slices"

	"docker-mapcount/internal/preflight"
)

// The reports here carry the facts of the cases that people meet most. They are
// written out, not judged: rendering must say what a report says.

const dir = "/srv/ragflow/docker"

func place(file string, line int) preflight.Location {
	return preflight.Location{File: dir + "/" + file, Line: line}
}

func wsl2() preflight.Engine {
	return preflight.Engine{
		Context: "desktop-linux", Endpoint: "npipe:////./pipe/dockerDesktopLinuxEngine", ID: "a1", Name: "docker-desktop",
		Provider: preflight.DockerDesktopWSL2, Title: "Docker Desktop on WSL 2", OperatingSystem: "Docker Desktop",
		KernelVersion: "6.6.87.2-microsoft-standard-WSL2", Architecture: "x86_64", ServerVersion: "28.3.2", CPUs: 8, Memory: 16 << 30,
		Why: []string{"the operating system is Docker Desktop", "the kernel is WSL 2's"},
		Reading: preflight.Reading{
			Live: 65530, Source: preflight.SourcePlain, BootID: "b",
			Boot: preflight.Boot{
				State: preflight.BootKept, Value: 65530, Why: "kernel default; .wslconfig does not set it",
				Evidence: []preflight.Evidence{
					{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: `C:\Users\ada\.wslconfig`, Why: "has no kernelCommandLine"},
					{Kind: preflight.EvidenceDefault, On: preflight.OnEngine, Value: 65530, Applies: true, Why: "kernel default"},
				},
			},
		},
	}
}

func linux() preflight.Engine {
	return preflight.Engine{
		Context: "default", Endpoint: "unix:///var/run/docker.sock", ID: "c3", Name: "build-01",
		Provider: preflight.NativeLinux, Title: "Linux engine", OperatingSystem: "Ubuntu 24.04.3 LTS",
		KernelVersion: "6.8.0-79-generic", Architecture: "x86_64", ServerVersion: "28.5.2", CPUs: 4, Memory: 8 << 30,
		Why: []string{"no sign of a virtual machine"},
		Reading: preflight.Reading{
			Live: 1048576, Source: preflight.SourceLocal,
			Boot: preflight.Boot{State: preflight.BootKept, Value: 1048576, Evidence: []preflight.Evidence{
				{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/10-map-count.conf", Line: 4, Value: 1048576, Applies: true},
			}},
		},
	}
}

func unreachable(f preflight.Failure) preflight.Engine {
	return preflight.Engine{
		Context: "default", Endpoint: "unix:///var/run/docker.sock", Provider: preflight.ProviderUnknown, Err: &f,
		Reading: preflight.Reading{Source: preflight.SourceNone, Boot: preflight.Boot{State: preflight.BootUnknown}},
	}
}

func idle(names ...string) []preflight.Requirement {
	var out []preflight.Requirement
	for _, n := range names {
		out = append(out, preflight.Requirement{Need: preflight.Need{Service: n, Image: n, Level: preflight.LevelNone}, Verdict: preflight.Skip})
	}
	return out
}

func elastic(service, version string, advised int64) preflight.Requirement {
	return preflight.Requirement{
		Need: preflight.Need{
			Service: service, Image: "elasticsearch:" + version, Product: "elasticsearch", Title: "Elasticsearch " + version,
			IdentifiedBy: preflight.ByReference, Level: preflight.LevelRequired, Basis: preflight.BasisEnforced,
			Minimum: preflight.Amount{Number: 262144}, Recommended: preflight.Amount{Number: advised},
			Reason: "Its start-up check demands 262144 and stops it below that.", Rule: "elasticsearch",
			Source: "https://www.elastic.co/docs/deploy-manage/deploy/self-managed/vm-max-map-count", Location: place("compose.yaml", 8),
		},
		Min: 262144, Advised: advised, Verdict: preflight.Pass,
	}
}

// ragflow is RAGFlow's project: one service that its guide demands the value
// for, one whose own setting lifts the need, three that need nothing.
func ragflow(v preflight.Verdict, e preflight.Engine) preflight.Report {
	demanding := preflight.Requirement{
		Need: preflight.Need{
			Service: "ragflow-cpu", Image: "infiniflow/ragflow:v0.27.0", Product: "ragflow", Title: "RAGFlow 0.27.0",
			IdentifiedBy: preflight.ByReference, Level: preflight.LevelRequired, Basis: preflight.BasisDocumented,
			Minimum: preflight.Amount{Number: 262144}, Rule: "ragflow", Location: place("docker-compose.yml", 21),
			Reason: "RAGFlow's installation guide demands 262144 when its document engine is Elasticsearch. " +
				"Nothing enforces it: the stack would start, and Elasticsearch may run out of memory maps later.",
			Source: "https://ragflow.io/docs/",
		},
		Min: 262144, Verdict: v,
	}
	waived := preflight.Requirement{
		Need: preflight.Need{
			Service: "es01", Image: "elasticsearch:8.11.3", Product: "elasticsearch", Title: "Elasticsearch 8.11.3",
			IdentifiedBy: preflight.ByReference, Level: preflight.LevelWaived, Rule: "elasticsearch",
			Reason:   "Its start-up check would demand 262144; discovery.type=single-node makes it a warning.",
			Because:  []preflight.Cause{{Setting: "discovery.type=single-node", Effect: preflight.EffectWaives, Number: 262144, Location: place("docker-compose-base.yml", 19)}},
			Location: place("docker-compose-base.yml", 5),
		},
		Verdict: preflight.Skip,
	}
	r := preflight.Report{
		Kind: preflight.KindCheck, Version: "0.1.0", Verdict: v,
		Project: &preflight.Project{
			Name: "docker", Directory: dir, Repository: "/srv/ragflow", Files: []string{dir + "/docker-compose.yml"},
			Profiles: []string{"elasticsearch", "cpu"},
		},
		Need:     preflight.Total{Minimum: 262144, Target: 262144, SetBy: []string{"ragflow-cpu"}},
		Engines:  []preflight.Judged{{Engine: e, Verdict: v}},
		Services: slices.Concat([]preflight.Requirement{waived}, idle("minio", "mysql"), []preflight.Requirement{demanding}, idle("redis")),
	}
	if v == preflight.Fail {
		r.Engines[0].Failing = []string{"ragflow-cpu"}
		r.Next = []preflight.Next{
			{Command: "docker mapcount fix", Where: "here", Why: "set it, now and after restarts (asks first)"},
			{Command: "docker mapcount fix --print", Where: "here", Why: "only the steps, to do or pass on"},
			{Command: "docker mapcount explain es01", Where: "here", Why: "why it is waived, with the source"},
		}
	}
	return r
}

// unasked is RAGFlow's project with an engine that gave no answer.
func unasked(code, message, hint, why string) preflight.Report {
	r := ragflow(preflight.Unknown, unreachable(preflight.Failure{Code: code, Message: message, Hint: hint, HintWhy: why}))
	r.Next = []preflight.Next{{Command: hint, Where: "here", Why: why}}
	if code == preflight.CodeNoEngine {
		r.Next = append(r.Next, preflight.Next{Command: "docker context ls", Where: "here", Why: "is another engine the one you mean?"})
	}
	return r
}

func cluster() preflight.Report {
	return preflight.Report{
		Kind: preflight.KindCheck, Version: "0.1.0", Verdict: preflight.Pass,
		Project: &preflight.Project{Name: "es", Directory: dir, Files: []string{dir + "/compose.yaml"}},
		Need:    preflight.Total{Minimum: 262144, Recommended: 1048576, Target: 1048576, SetBy: []string{"es01", "es02", "es03"}},
		Engines: []preflight.Judged{{Engine: linux(), Verdict: preflight.Pass}},
		Services: append([]preflight.Requirement{
			elastic("es01", "9.1.0", 1048576), elastic("es02", "9.1.0", 1048576), elastic("es03", "9.1.0", 1048576),
		}, idle("kibana", "setup")...),
	}
}

// lostAtRestart has enough now and not after a restart.
func lostAtRestart() preflight.Report {
	e := wsl2()
	e.Reading.Live = 262144
	e.Reading.Boot.State, e.Reading.Boot.Why = preflight.BootLost, "kernel default; there is no .wslconfig"
	node := func(name string) preflight.Requirement {
		return preflight.Requirement{
			Need: preflight.Need{
				Service: name, Product: "opensearch", Title: "OpenSearch 3.1.0", Level: preflight.LevelRequired, Basis: preflight.BasisEnforced,
				Minimum: preflight.Amount{Number: 262144}, Reason: "Its own check demands 262144.", Location: place("compose.yaml", 3),
				AfterRestart: "Start now. After `wsl --shutdown`, an update or a reboot they will not: their own check demands 262144.",
			},
			Min: 262144, Verdict: preflight.Pass,
		}
	}
	return preflight.Report{
		Kind: preflight.KindCheck, Version: "0.1.0", Verdict: preflight.Warn,
		Project:  &preflight.Project{Directory: dir, Files: []string{dir + "/compose.yaml"}},
		Need:     preflight.Total{Minimum: 262144, Target: 262144, SetBy: []string{"node1", "node2"}},
		Engines:  []preflight.Judged{{Engine: e, Verdict: preflight.Warn}},
		Services: append([]preflight.Requirement{node("node1"), node("node2")}, idle("dashboards")...),
		Next:     []preflight.Next{{Command: "docker mapcount fix --boot", Where: "here", Why: "keep it over restarts (asks first)"}},
	}
}

func nothingNeeded() preflight.Report {
	return preflight.Report{
		Kind: preflight.KindCheck, Version: "0.1.0", Verdict: preflight.Skip,
		Project:  &preflight.Project{Directory: dir, Files: []string{"-"}},
		Services: idle("db", "wordpress"),
	}
}

func minimumAlone(v preflight.Verdict, n int64) preflight.Report {
	return preflight.Report{
		Kind: preflight.KindCheck, Version: "0.1.0", Verdict: v, Need: preflight.Total{Minimum: n, Target: max(n, 1048576)},
		Engines: []preflight.Judged{{Engine: linux(), Verdict: v}},
	}
}

// adviceMissed has what is needed and less than what is advised.
func adviceMissed() preflight.Report {
	r := cluster()
	r.Verdict, r.Engines[0].Verdict = preflight.Warn, preflight.Warn
	r.Engines[0].Reading.Live, r.Engines[0].Reading.Boot.Value = 262144, 262144
	for i := range r.Services[:3] {
		r.Services[i].Verdict = preflight.Warn
		r.Services[i].Reason = "Its manual advises 1048576 for production; the check at its start is content with 262144."
	}
	return r
}

// manyFindings fails by findings alone.
func manyFindings() preflight.Report {
	r := cluster()
	r.Verdict = preflight.Fail
	r.Findings = []preflight.Finding{
		{Rule: "low-override", Severity: preflight.SeverityWarning, Service: "es02", Message: "x-mapcount lowers the number.", Silenced: "agreed with operations"},
		{
			Rule: "sysctls-refused", Severity: preflight.SeverityError, Service: "es01", Location: place("compose.yaml", 12),
			Message: "sysctls: vm.max_map_count is not namespaced: the runtime refuses to start a container that sets it.",
		},
		{Rule: "above-maximum", Severity: preflight.SeverityWarning, Message: "A warning about the engine."},
		{Rule: "remark", Severity: preflight.SeverityNote, Message: "A note."},
	}
	r.Project.Notes = []string{
		"not set, taken as empty: STACK_VERSION, CLUSTER_NAME, LICENSE, MEM_LIMIT, ES_PORT, KIBANA_PORT",
		"missing env_file .env.local",
	}
	return r
}

// engines is one project against three engines.
func engines() preflight.Report {
	r := cluster()
	r.Verdict = preflight.Fail
	low := wsl2()
	r.Engines = []preflight.Judged{
		{Engine: linux(), Verdict: preflight.Pass},
		{Engine: low, Verdict: preflight.Fail, Failing: []string{"es01", "es02", "es03"}},
		{Engine: unreachable(preflight.Failure{Code: preflight.CodeTimeout, Message: "no answer within 10s"}), Verdict: preflight.Unknown},
	}
	r.Engines[2].Context = "staging"
	for i := range r.Services[:3] {
		r.Services[i].Verdict = preflight.Fail
	}
	return r
}

func bootUnknown() preflight.Report {
	e := linux()
	e.Name, e.Context = "ci-7", "ci"
	e.Reading = preflight.Reading{
		Live: 65530, Source: preflight.SourcePlain, Why: "the engine refuses privileged containers",
		Boot: preflight.Boot{State: preflight.BootUnknown, Why: "the engine refuses privileged containers, so its start-up files could not be read"},
	}
	r := ragflow(preflight.Fail, e)
	return r
}

func requirements() preflight.Report {
	r := ragflow("", preflight.Engine{})
	r.Kind, r.Verdict, r.Engines, r.Next = preflight.KindRequirements, preflight.Skip, nil, nil
	mongo := preflight.Requirement{
		Need: preflight.Need{
			Service: "mongo", Product: "mongodb", Title: "MongoDB 8.0", Level: preflight.LevelRecommended, Basis: preflight.BasisDocumented,
			IdentifiedBy: preflight.ByBuild, Recommended: preflight.Amount{Number: 65530, Formula: "max(65530, 2*cores)"},
			Reason: "It warns at start when connections could outgrow the maps.", Location: place("docker-compose.yml", 40),
			Because: []preflight.Cause{{Setting: "--maxConns=64000", Effect: preflight.EffectChanges, Location: place("docker-compose.yml", 44)}},
		},
		Advised: 65530, Verdict: preflight.Skip,
	}
	r.Services = append(r.Services, mongo)
	r.Need.Recommended = 65530
	return r
}

func inspected(engines ...preflight.Engine) preflight.Report {
	r := preflight.Report{Kind: preflight.KindInspect, Version: "0.1.0", Verdict: preflight.Skip}
	for _, e := range engines {
		v := preflight.Skip
		if e.Reading.Live == 0 {
			v, r.Verdict = preflight.Unknown, preflight.Unknown
		}
		r.Engines = append(r.Engines, preflight.Judged{Engine: e, Verdict: v})
	}
	return r
}

func traced() preflight.Engine {
	e := linux()
	e.Traits = []preflight.Trait{preflight.Rootless, preflight.Remote}
	e.HelperImage = "localhost/docker-mapcount-helper:0.1.0"
	e.Reading.Source, e.Reading.Why = preflight.SourcePrivileged, "boot files decide on this engine"
	e.Reading.Live = 262144
	e.Reading.Boot = preflight.Boot{State: preflight.BootLower, Value: 65530, Evidence: []preflight.Evidence{
		{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/50-es.conf", Line: 1, Value: 262144, Why: "a later file sets 65530"},
		{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: "/etc/sysctl.d/99-sysctl.conf", Line: 7, Value: 65530, Applies: true},
		{Kind: preflight.EvidenceCommandLine, On: preflight.OnEngine, Why: "does not name it"},
	}}
	return e
}
