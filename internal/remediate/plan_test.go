package remediate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

func reading(live int64, state preflight.BootState, boot int64, evidence ...preflight.Evidence) preflight.Reading {
	return preflight.Reading{Live: live, Boot: preflight.Boot{State: state, Value: boot, Evidence: evidence}}
}

func low() preflight.Reading { return reading(65530, preflight.BootKept, 65530) }

func file(name string, value int64) preflight.Evidence {
	return preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnEngine, File: name, Value: value, Applies: true}
}

func native(r preflight.Reading, traits ...preflight.Trait) preflight.Engine {
	return preflight.Engine{
		Provider: preflight.NativeLinux, Name: "build-01", Context: "default", Endpoint: "unix:///var/run/docker.sock",
		OperatingSystem: "Debian GNU/Linux 13 (trixie)", KernelVersion: "6.12.43", Traits: traits, Reading: r,
	}
}

func plan(e preflight.Engine, need preflight.Total) Plan {
	return NewPlan(Request{Report: preflight.Report{Need: need, Engines: []preflight.Judged{{Engine: e}}}})
}

var wanted = preflight.Total{Minimum: 262144, Target: 262144}

// lines is a plan in the fewest words that still tell it apart from any other.
func lines(p Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, fmt.Sprintf("%s, %s", s.Scope, s.Where))
		if s.Edit != nil {
			out = append(out, "  edit "+s.Edit.File+" "+s.Edit.Section, "  + "+strings.Join(s.Edit.Add, "\n"))
		}
		for _, c := range s.Commands {
			out = append(out, "  $ "+c)
		}
		if s.Edit == nil && s.Commands == nil {
			out = append(out, "  "+s.Title)
		}
	}
	return out
}

func TestPlanSteps(t *testing.T) {
	t.Parallel()
	with := func(e preflight.Engine, change func(*preflight.Engine)) preflight.Engine { change(&e); return e }
	desktop := func(p preflight.Provider) preflight.Engine {
		return preflight.Engine{Provider: p, Name: "docker-desktop", Context: "desktop-linux", KernelVersion: "6.10.14-linuxkit", Reading: low()}
	}
	keeper := `run -d --name mapcount-keeper --restart always --privileged --network none alpine sh -c ` +
		`"xargs test 262144 -le < /proc/sys/vm/max_map_count || sysctl -w vm.max_map_count=262144; exec tail -f /dev/null"`
	nativeLines := []string{
		"live, in a terminal on build-01", "  $ sudo sysctl -w vm.max_map_count=262144",
		"boot, in a terminal on build-01", "  $ echo 'vm.max_map_count = 262144' | sudo tee /etc/sysctl.d/99-docker-mapcount.conf",
	}
	desktopLines := []string{
		"live, in a terminal here", "  $ docker --context desktop-linux run --rm --privileged alpine sysctl -w vm.max_map_count=262144",
		"boot, in a terminal here", "  $ docker --context desktop-linux " + keeper,
	}
	for _, c := range []struct {
		name   string
		engine preflight.Engine
		want   []string
	}{
		{"native", native(low()), nativeLines},
		{"native, rootless", native(low(), preflight.Rootless), nativeLines},
		{"native, userns-remap", native(low(), preflight.UsernsRemap), nativeLines},
		{"only now", native(reading(65530, preflight.BootHigher, 262144)), nativeLines[:2]},
		{"only after restart", native(reading(262144, preflight.BootLost, 65530)), nativeLines[2:]},
		{"boot value not known", native(reading(262144, preflight.BootUnknown, 0)), []string{
			nativeLines[2], "  $ echo 'vm.max_map_count = 262144' | sudo tee /etc/sysctl.d/zz-docker-mapcount.conf",
		}},
		{"job's machine", native(reading(65530, preflight.BootEphemeral, 0), preflight.CI), nativeLines[:2]},
		{"nothing to do", native(reading(262144, preflight.BootKept, 262144)), nil},
		{"kept, value not told", native(reading(262144, preflight.BootKept, 0)), nil},
		{
			"later file", native(reading(65530, preflight.BootKept, 65530, file("/usr/lib/sysctl.d/elasticsearch.conf", 100000))),
			append(nativeLines[:3:3], "  $ echo 'vm.max_map_count = 262144' | sudo tee /etc/sysctl.d/zz-docker-mapcount.conf"),
		},
		{
			"sysctl.conf through its link", native(reading(65530, preflight.BootKept, 65530, file("/etc/sysctl.d/99-sysctl.conf", 65530))),
			append(nativeLines[:3:3], "  $ echo 'vm.max_map_count = 262144' | sudo tee /etc/sysctl.d/zz-docker-mapcount.conf"),
		},
		{"later file sets more", native(reading(65530, preflight.BootLower, 65530, file("/etc/sysctl.d/zz.conf", 1048576), file("/etc/sysctl.d/10.conf", 1))), nativeLines},
		{
			"a file that always is last", native(reading(65530, preflight.BootKept, 65530, file("/etc/sysctl.d/~last.conf", 65530))),
			append(nativeLines[:2:2], "boot, on build-01, in /etc/sysctl.d/~last.conf", "  edit /etc/sysctl.d/~last.conf ", "  + vm.max_map_count = 262144"),
		},
		{
			"ssh", with(native(low(), preflight.Remote), func(e *preflight.Engine) { e.Endpoint = "ssh://ada@build.example:2222" }),
			[]string{
				"live, in a terminal here (it runs on the engine's machine, over ssh)", "  $ ssh -p 2222 ada@build.example sudo sysctl -w vm.max_map_count=262144",
				"boot, in a terminal here (it runs on the engine's machine, over ssh)",
				`  $ ssh -p 2222 ada@build.example "echo vm.max_map_count = 262144 | sudo tee /etc/sysctl.d/99-docker-mapcount.conf"`,
			},
		},
		{"tcp", with(native(low(), preflight.Remote), func(e *preflight.Engine) { e.Endpoint = "tcp://10.0.0.4:2376" }), nativeLines},
		{
			"nested", native(low(), preflight.Nested),
			[]string{
				"live, in a terminal on the outermost machine: the one whose kernel this engine, itself in a container, uses", nativeLines[1],
				"boot, in a terminal on the outermost machine: the one whose kernel this engine, itself in a container, uses", nativeLines[3],
			},
		},
		{
			"nixos", with(native(low()), func(e *preflight.Engine) { e.Provider = preflight.NixOS }),
			append(nativeLines[:2:2], "boot, on build-01, in the configuration that it is built from (such as /etc/nixos/configuration.nix)",
				"  edit /etc/nixos/configuration.nix ", `  + boot.kernel.sysctl."vm.max_map_count" = 262144;`, "  $ sudo nixos-rebuild switch"),
		},
		{
			"alpine", with(native(low()), func(e *preflight.Engine) { e.Provider = preflight.AlpineLinux }),
			append(nativeLines[:4:4], "  $ sudo rc-update add sysctl boot"),
		},
		{
			"bottlerocket", with(native(reading(65530, preflight.BootHigher, 524288)), func(e *preflight.Engine) { e.Provider = preflight.Bottlerocket }),
			[]string{"boot, in the machine's control or admin container", `  $ apiclient set --json '{"kernel": {"sysctl": {"vm.max_map_count": "524288"}}}'`},
		},
		{
			"wsl 2", with(desktop(preflight.DockerDesktopWSL2), func(e *preflight.Engine) {
				e.Reading.Boot.Evidence = []preflight.Evidence{{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: `C:\Users\ada\.wslconfig`}}
			}),
			[]string{
				"live, in PowerShell on this Windows machine", "  $ wsl -d docker-desktop -u root sysctl -w vm.max_map_count=262144",
				`boot, in C:\Users\ada\.wslconfig below [wsl2]`, `  edit C:\Users\ada\.wslconfig [wsl2]`, "  + kernelCommandLine = sysctl.vm.max_map_count=262144",
			},
		},
		{
			"wsl 2, isolated and remote", with(desktop(preflight.DockerDesktopWSL2), func(e *preflight.Engine) {
				e.Traits = []preflight.Trait{preflight.EnhancedIsolation, preflight.Remote}
			}),
			[]string{
				"live, in PowerShell on the Windows machine that runs this engine", "  $ wsl -d docker-desktop -u root sysctl -w vm.max_map_count=262144",
				`boot, in %USERPROFILE%\.wslconfig below [wsl2], on the Windows machine that runs this engine`, `  edit %USERPROFILE%\.wslconfig [wsl2]`,
				"  + kernelCommandLine = sysctl.vm.max_map_count=262144",
			},
		},
		{
			"engine in a wsl distribution", with(native(low()), func(e *preflight.Engine) { e.Provider = preflight.WSL2Distribution }),
			append(nativeLines[:2:2], `boot, in %USERPROFILE%\.wslconfig below [wsl2]`, `  edit %USERPROFILE%\.wslconfig [wsl2]`, "  + kernelCommandLine = sysctl.vm.max_map_count=262144"),
		},
		{"mac", desktop(preflight.DockerDesktopMac), desktopLines},
		{"hyper-v", desktop(preflight.DockerDesktopWindowsHyperV), desktopLines},
		{"desktop linux", desktop(preflight.DockerDesktopLinux), desktopLines},
		{"desktop, host not known", desktop(preflight.DockerDesktopUnknown), desktopLines},
		{"mac, isolated", with(desktop(preflight.DockerDesktopMac), func(e *preflight.Engine) { e.Traits = []preflight.Trait{preflight.EnhancedIsolation} }), nil},
		{
			"boot2docker",
			preflight.Engine{Provider: preflight.DockerMachine, Name: "default", OperatingSystem: "Boot2Docker 19.03.12", Reading: low()},
			[]string{
				"live, in the terminal in which docker-machine is used", "  $ docker-machine ssh default sudo sysctl -w vm.max_map_count=262144",
				"boot, in the terminal in which docker-machine is used",
				`  $ docker-machine ssh default "grep -s vm.max_map_count /var/lib/boot2docker/bootsync.sh | tail -n 1 | grep -qx sysctl.-w.vm.max_map_count=262144 || ` +
					`(echo; echo sysctl -w vm.max_map_count=262144) | sudo tee -a /var/lib/boot2docker/bootsync.sh"`,
				"  $ docker-machine ssh default sudo chmod +x /var/lib/boot2docker/bootsync.sh",
			},
		},
		{
			"docker-machine on a distribution",
			preflight.Engine{Provider: preflight.DockerMachine, Name: "aws1", OperatingSystem: "Ubuntu 18.04.6 LTS", Reading: low()},
			[]string{
				"live, in the terminal in which docker-machine is used", "  $ docker-machine ssh aws1 sudo sysctl -w vm.max_map_count=262144",
				"boot, in the terminal in which docker-machine is used",
				`  $ docker-machine ssh aws1 "echo vm.max_map_count = 262144 | sudo tee /etc/sysctl.d/99-docker-mapcount.conf"`,
			},
		},
		{
			"a virtual machine",
			preflight.Engine{Provider: preflight.VirtualMachine, Name: "colima", Context: "colima", Reading: low()},
			[]string{
				"live, in a terminal inside the virtual machine, entered by its own means (such as colima ssh, limactl shell, minikube ssh)", nativeLines[1],
				"boot, in a terminal inside the virtual machine, entered by its own means (such as colima ssh, limactl shell, minikube ssh)", nativeLines[3],
			},
		},
		{"windows containers", preflight.Engine{Provider: preflight.WindowsContainers}, nil},
		{"not known", preflight.Engine{Provider: preflight.ProviderUnknown, Reading: low()}, nil},
		{"a provider of a later version", preflight.Engine{Provider: "moon", Reading: low()}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := plan(c.engine, wanted)
			if diff := cmp.Diff(c.want, lines(p)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if len(p.Steps) == 0 && len(p.Notes) == 0 {
				t.Error("neither a step nor a note that says why")
			}
			for _, s := range p.Steps {
				if s.Title == "" || s.Why == "" || s.Where == "" || s.Consequence == "" {
					t.Errorf("incomplete step: %+v", s)
				}
			}
		})
	}
}

func TestPlanNeverLowers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		need preflight.Total
		now  preflight.Reading
		want int64
	}{
		{"need above all", wanted, low(), 262144},
		{"live is higher", wanted, reading(1048576, preflight.BootLost, 65530), 1048576},
		{"boot value is higher", wanted, reading(65530, preflight.BootHigher, 1048576), 1048576},
		{"advice when no target is named", preflight.Total{Minimum: 262144, Recommended: 524288}, low(), 524288},
		{"a reading beyond what the kernel takes", wanted, reading(1<<40, preflight.BootKept, 1), preflight.MaxValue},
	} {
		if got := plan(native(c.now), c.need).To; got != c.want {
			t.Errorf("%s: to %d, want %d", c.name, got, c.want)
		}
	}
}

func TestPlanOfAnExplicitGoal(t *testing.T) {
	t.Parallel()
	for goal, want := range map[int64]int64{300000: 300000, 70000: 262144, 600000: 600000} {
		got := NewPlan(Request{
			Report:  preflight.Report{Need: preflight.Total{Minimum: 262144, Recommended: 524288}, Engines: []preflight.Judged{{Engine: native(low())}}},
			Options: Options{To: goal},
		})
		if got.To != want || len(got.Steps) != 2 {
			t.Errorf("%d: to %d with %d steps, want %d", goal, got.To, len(got.Steps), want)
		}
	}
}

// Where no container may be started, one starts none, and says so.
func TestPlanWithoutContainers(t *testing.T) {
	t.Parallel()
	local := low()
	local.Source = preflight.SourceLocal
	for _, c := range []struct {
		name  string
		means Means
		now   preflight.Reading
		want  Actor
	}{
		{"one may be", Means{}, low(), Helper},
		{"none may be", Means{NoContainer: "not here"}, low(), Person},
		{"with sudo", Means{NoContainer: "not here", Sudo: true}, local, Sudo},
		{"as root", Means{NoContainer: "not here", Root: true}, local, Here},
	} {
		p := NewPlan(Request{Report: preflight.Report{Need: wanted, Engines: []preflight.Judged{{Engine: native(c.now)}}}, Means: c.means})
		if got := p.Steps[0].By; got != c.want {
			t.Errorf("%s: by %q, want %q", c.name, got, c.want)
		}
		said := strings.Contains(strings.Join(p.Notes, "\n"), "left to you: not here.")
		if said != (c.want == Person) {
			t.Errorf("%s: notes %q", c.name, p.Notes)
		}
	}
}

// A value that reaches the goal is no reason to touch it, even where the other one
// is higher still.
func TestPlanLeavesWhatIsEnough(t *testing.T) {
	t.Parallel()
	need := wanted
	need.Target = 2000000 // what the value would be raised to, if it had to be
	for _, c := range []struct {
		name string
		now  preflight.Reading
		want []Scope
	}{
		{"both", reading(1048576, preflight.BootHigher, 2000000), nil},
		{"live", reading(1048576, preflight.BootLost, 65530), []Scope{ScopeBoot}},
		{"after a start", reading(65530, preflight.BootHigher, 2000000), []Scope{ScopeLive}},
	} {
		var got []Scope
		for _, s := range plan(native(c.now), need).Steps {
			got = append(got, s.Scope)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: scopes (-want +got):\n%s", c.name, diff)
		}
	}
}

// Names that a shell could take for more than a name appear in no command.
func TestPlanKeepsHostileNamesOutOfCommands(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{
		"a; reboot", "$(reboot)", "`reboot`", "-oProxyCommand=reboot", "a\nreboot", "a|reboot", `a"reboot`, "a'reboot",
		"a reboot", "a%PATH%reboot", "..\\reboot", "é-reboot", "reboot" + strings.Repeat("t", 300),
	} {
		for _, e := range hostileEngines(evil) {
			for _, s := range plan(e, wanted).Steps {
				if all := strings.Join(s.Commands, "\n"); strings.Contains(all, "reboot") {
					t.Errorf("%s, %s: %q is in\n%s", e.Provider, e.Endpoint, evil, all)
				}
			}
		}
	}
}

// hostileEngines carry the evil name wherever an engine has a name.
func hostileEngines(evil string) []preflight.Engine {
	var out []preflight.Engine
	for _, provider := range everyProvider() {
		for _, endpoint := range []string{"", "ssh://" + evil, "ssh://" + evil + "@host", "ssh://host/" + evil, "unix:///" + evil, "unix:///home/ada/.lima/" + evil + "/sock/docker.sock"} {
			for _, context := range []string{evil, "default"} {
				e := preflight.Engine{Provider: provider, Name: nameFor(provider) + evil, Context: context, Endpoint: endpoint, OperatingSystem: evil, KernelVersion: evil, Reading: low()}
				e.Reading.Boot.Evidence = []preflight.Evidence{file("/etc/sysctl.d/zz"+evil, 5)}
				out = append(out, e)
			}
		}
	}
	return out
}

// The reason names the file that has the last word: the link to /etc/sysctl.conf
// comes before files whose names are letters.
func TestPlanNamesTheLaterFile(t *testing.T) {
	t.Parallel()
	now := reading(65530, preflight.BootLower, 65530, file("/etc/sysctl.d/k8s.conf", 65530), file("/etc/sysctl.d/99-sysctl.conf", 70000))
	steps := plan(native(now), wanted).Steps
	if want := "This name comes after /etc/sysctl.d/k8s.conf, which sets 65530."; !strings.HasSuffix(steps[1].Why, want) {
		t.Errorf("why: %s", steps[1].Why)
	}
}

func TestPlanNotes(t *testing.T) {
	t.Parallel()
	tuned := preflight.Evidence{Kind: preflight.EvidenceNotRead, On: preflight.OnEngine, File: "/etc/tuned/active_profile"}
	for _, c := range []struct {
		name, want string
		plan       Plan
	}{
		{"never lower blindly", "sysctl -n vm.max_map_count", plan(native(preflight.Reading{}), wanted)},
		{"rootless", "without root", plan(native(low(), preflight.Rootless), wanted)},
		{"own kernels", "Kata", plan(native(low(), preflight.OwnKernelRuntime), wanted)},
		{"not evaluated", "/etc/tuned/active_profile", plan(native(reading(65530, preflight.BootUnknown, 0, tuned)), wanted)},
		{"job", "does not outlive", plan(native(reading(65530, preflight.BootEphemeral, 0)), wanted)},
		{"settled job", "does not outlive", plan(native(reading(262144, preflight.BootEphemeral, 0)), wanted)},
		{"mac", "sysctl -w vm.max_map_count=262144`. A sysctl of macOS", plan(preflight.Engine{Provider: preflight.DockerDesktopMac, Reading: low()}, wanted)},
		{"isolation", "Enhanced Container Isolation", plan(preflight.Engine{Provider: preflight.DockerDesktopLinux, Traits: []preflight.Trait{preflight.EnhancedIsolation}, Reading: low()}, wanted)},
		{"old kernel", "wsl --update", plan(preflight.Engine{Provider: preflight.DockerDesktopWSL2, KernelVersion: "5.4.72-microsoft-standard-WSL2", Reading: low()}, wanted)},
		{"windows", "Linux containers", plan(preflight.Engine{Provider: preflight.WindowsContainers}, wanted)},
		{"unknown", "no step would be honest", plan(preflight.Engine{}, wanted)},
		{"no answer", "connection refused", plan(preflight.Engine{Err: &preflight.Failure{Message: "connection refused", Hint: "start it"}}, wanted)},
		{"no need", "Nothing here needs", plan(native(low()), preflight.Total{})},
		{"settled", "high enough", plan(native(reading(300000, preflight.BootKept, 300000)), wanted)},
		{"maximum", "accepts at most 100000", NewPlan(Request{Report: preflight.Report{
			Need: wanted, Engines: []preflight.Judged{{Engine: native(low())}},
			Services: []preflight.Requirement{{Need: preflight.Need{Service: "old", Title: "Old 1", Maximum: 100000}}},
		}})},
	} {
		if all := strings.Join(c.plan.Notes, "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%s: no %q in\n%s", c.name, c.want, all)
		}
	}
}

func TestPlanOfNoEngine(t *testing.T) {
	t.Parallel()
	for _, i := range []int{-1, 1} {
		if diff := cmp.Diff(Plan{}, NewPlan(Request{Report: preflight.Report{Engines: make([]preflight.Judged, 1)}, Engine: i})); diff != "" {
			t.Errorf("engine %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestPlanSpeaksOfNoWrongWay(t *testing.T) {
	t.Parallel()
	for _, provider := range []preflight.Provider{
		preflight.DockerDesktopMac, preflight.DockerDesktopLinux, preflight.DockerDesktopWSL2,
		preflight.DockerDesktopWindowsHyperV, preflight.DockerDesktopUnknown,
	} {
		p := plan(preflight.Engine{Provider: provider, Reading: low()}, wanted)
		all := strings.Join(append(lines(p), p.Notes...), "\n")
		for _, wrong := range []string{"LaunchDaemon", "/etc/sysctl", "sysctl --system", "docker-machine"} {
			if strings.Contains(all, wrong) {
				t.Errorf("%s: advises %s:\n%s", provider, wrong, all)
			}
		}
	}
}
