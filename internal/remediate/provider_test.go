package remediate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
)

// everyProvider lists the constants of the preflight package.
func everyProvider() []preflight.Provider {
	file, err := parser.ParseFile(token.NewFileSet(), "../preflight/engine.go", nil, 0)
	if err != nil {
		panic(err)
	}
	var out []preflight.Provider
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && fmt.Sprint(spec.Type) == "Provider" {
			word, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			out = append(out, preflight.Provider(word))
		}
		return true
	})
	return out
}

// nameFor is what an engine's host name starts with there.
func nameFor(p preflight.Provider) string {
	switch p {
	case preflight.Colima:
		return "colima-"
	case preflight.Lima:
		return "lima-"
	default:
		return ""
	}
}

func TestEveryProviderHasWaysOrWords(t *testing.T) {
	t.Parallel()
	providers := everyProvider()
	if len(providers) < 40 {
		t.Errorf("only %d providers found", len(providers))
	}
	for _, provider := range providers {
		p := plan(preflight.Engine{Provider: provider, Name: "box", Reading: low()}, wanted)
		all := strings.Join(p.Notes, "\n")
		if provider != preflight.ProviderUnknown && strings.Contains(all, "no step would be honest") {
			t.Errorf("%s is not in the table", provider)
		}
		if len(p.Steps) == 0 && all == "" {
			t.Errorf("%s: neither a step nor a word", provider)
		}
		for _, s := range p.Steps {
			if s.Title == "" || s.Why == "" || s.Where == "" || s.Consequence == "" || !strings.HasPrefix(s.Source, "https://") {
				t.Errorf("%s: incomplete step: %+v", provider, s)
			}
		}
	}
}

func TestPlanStepsByProvider(t *testing.T) {
	t.Parallel()
	const (
		set      = "sysctl -w vm.max_map_count=262144"
		inside   = ", in a terminal here (it runs inside the machine of "
		onBox    = ", in a terminal on box"
		liveHere = "  $ sudo " + set
		sysctld  = "  $ echo 'vm.max_map_count = 262144' | sudo tee /etc/sysctl.d/99-docker-mapcount.conf"
		wsl      = `boot, in %USERPROFILE%\.wslconfig below [wsl2]`
		wslEdit  = `  edit %USERPROFILE%\.wslconfig [wsl2]`
		wslAdd   = "  + kernelCommandLine = sysctl.vm.max_map_count=262144"
		script   = "  + provision:\n  - mode: system\n    script: " + set
		wslLinux = "6.6.87.2-microsoft-standard-WSL2"
	)
	linux := []string{"live" + onBox, liveHere, "boot" + onBox, sysctld}
	outermost := ", in a terminal on the outermost machine: the one whose kernel this engine, itself in a container, uses"
	container := []string{"live, in a terminal here", "  $ docker run --rm --privileged alpine " + set}
	nested := []preflight.Trait{preflight.Nested}
	for _, c := range []struct {
		name   string
		engine preflight.Engine
		want   []string
	}{
		{"colima", preflight.Engine{Provider: preflight.Colima, Name: "colima", Endpoint: "unix:///Users/ada/.colima/default/docker.sock"}, []string{
			"live" + inside + "Colima)", "  $ colima ssh -- sudo " + set,
			"boot, in /Users/ada/.colima/default/colima.yaml", "  edit /Users/ada/.colima/default/colima.yaml ", script,
		}},
		{"a profile of colima", preflight.Engine{Provider: preflight.Colima, Name: "colima-dev", Endpoint: "unix:///var/run/docker.sock"}, []string{
			"live" + inside + "Colima)", "  $ colima ssh -p dev -- sudo " + set,
			"boot, in ~/.colima/dev/colima.yaml", "  edit ~/.colima/dev/colima.yaml ", script,
		}},
		{"lima", preflight.Engine{Provider: preflight.Lima, Name: "lima-my-vm", Endpoint: "unix:///Users/ada/.lima/my.vm/sock/docker.sock", Traits: []preflight.Trait{preflight.Rootless}}, []string{
			"live" + inside + "Lima)", "  $ limactl shell my.vm sudo " + set,
			"boot" + inside + "Lima)", `  $ limactl shell my.vm sudo sh -c "echo vm.max_map_count = 262144 | tee /etc/sysctl.d/99-docker-mapcount.conf"`,
		}},
		{"lima elsewhere", preflight.Engine{Provider: preflight.Lima, Name: "lima-docker", Endpoint: "ssh://ada@mac", Traits: []preflight.Trait{preflight.Remote}}, []string{
			"live, in a terminal on the computer that runs Lima", "  $ limactl shell docker sudo " + set,
			"boot, in a terminal on the computer that runs Lima", `  $ limactl shell docker sudo sh -c "echo vm.max_map_count = 262144 | tee /etc/sysctl.d/99-docker-mapcount.conf"`,
		}},
		{"rancher desktop, mac", preflight.Engine{Provider: preflight.RancherDesktopMac, Name: "lima-rancher-desktop"}, []string{
			"live" + inside + "Rancher Desktop)", "  $ rdctl shell sudo " + set,
			"boot, in ~/Library/Application Support/rancher-desktop/lima/_config/override.yaml",
			"  edit ~/Library/Application Support/rancher-desktop/lima/_config/override.yaml ", script,
		}},
		{"rancher desktop, linux", preflight.Engine{Provider: preflight.RancherDesktopLinux, Name: "lima-rancher-desktop"}, []string{
			"live" + inside + "Rancher Desktop)", "  $ rdctl shell sudo " + set,
			"boot, in ~/.local/share/rancher-desktop/lima/_config/override.yaml", "  edit ~/.local/share/rancher-desktop/lima/_config/override.yaml ", script,
		}},
		{"rancher desktop, windows", preflight.Engine{Provider: preflight.RancherDesktopWindows, KernelVersion: wslLinux}, []string{
			"live, in PowerShell on this Windows machine", "  $ wsl -d rancher-desktop -u root " + set, wsl, wslEdit, wslAdd,
		}},
		{"orbstack", preflight.Engine{Provider: preflight.OrbStack, Name: "orbstack"}, append(container[:2:2],
			"boot, in a terminal here", `  $ docker run -d --name mapcount-keeper --restart always --privileged --network none alpine sh -c `+
				`"xargs test 262144 -le < /proc/sys/vm/max_map_count || sysctl -w vm.max_map_count=262144; exec tail -f /dev/null"`)},
		{"podman machine", preflight.Engine{Provider: preflight.PodmanMachine, KernelVersion: "6.12.9-200.fc41.aarch64"}, []string{
			"live" + inside + "Podman); a machine that is not the default one is named after ssh", "  $ podman machine ssh sudo " + set,
			"boot" + inside + "Podman); a machine that is not the default one is named after ssh",
			`  $ podman machine ssh "echo vm.max_map_count = 262144 | sudo tee /etc/sysctl.d/99-docker-mapcount.conf"`,
		}},
		{"podman machine on WSL 2", preflight.Engine{Provider: preflight.PodmanMachine, KernelVersion: wslLinux}, []string{
			"live" + inside + "Podman); a machine that is not the default one is named after ssh", "  $ podman machine ssh sudo " + set, wsl, wslEdit, wslAdd,
		}},
		{"minikube", preflight.Engine{Provider: preflight.MinikubeVM, Name: "minikube", Endpoint: "tcp://192.168.64.2:2376", Traits: []preflight.Trait{preflight.Remote}}, []string{
			"live" + inside + "minikube)", "  $ minikube ssh -- sudo " + set,
			"boot" + inside + "minikube)", `  $ minikube ssh -- "grep -s vm.max_map_count /var/lib/boot2docker/bootlocal.sh | tail -n 1 | grep -qx sysctl.-w.vm.max_map_count=262144 || ` +
				`(echo; echo ` + set + `) | sudo tee -a /var/lib/boot2docker/bootlocal.sh"`,
			"  $ minikube ssh -- sudo chmod +x /var/lib/boot2docker/bootlocal.sh",
		}},
		{"minikube in a container", preflight.Engine{Provider: preflight.MinikubeContainer, Name: "minikube", Traits: nested}, []string{
			"live" + outermost, liveHere, "boot" + outermost, sysctld,
		}},
		{"in a container", preflight.Engine{Provider: preflight.DockerInDocker, Name: "3dc7d68411c3", Traits: nested}, []string{
			"live" + outermost, liveHere, "boot" + outermost, sysctld,
		}},
		{"in a container on WSL 2", preflight.Engine{Provider: preflight.DockerInDocker, KernelVersion: wslLinux, Traits: nested}, []string{
			"live" + outermost, liveHere, wsl, wslEdit, wslAdd,
		}},
		{"in a container on Docker Desktop", preflight.Engine{Provider: preflight.DockerInDocker, KernelVersion: "6.10.14-linuxkit", Traits: nested}, container},
		{"wslc", preflight.Engine{Provider: preflight.WSLContainers, KernelVersion: wslLinux, Reading: reading(65530, preflight.BootEphemeral, 0)}, []string{
			"live, in PowerShell on this Windows machine", "  $ wslc system session run /usr/sbin/sysctl -w vm.max_map_count=262144",
		}},
		{"runner", preflight.Engine{Provider: preflight.GitHubActions, Reading: reading(65530, preflight.BootEphemeral, 0)}, []string{
			"live, in a step of the job, before it starts the containers", liveHere,
		}},
		{"codespace", preflight.Engine{Provider: preflight.Codespaces, Reading: reading(65530, preflight.BootEphemeral, 0)}, container},
		{"offload", preflight.Engine{Provider: preflight.DockerOffload, Reading: reading(65530, preflight.BootEphemeral, 0)}, container},
		{"rancheros", preflight.Engine{Provider: preflight.RancherOS, Name: "box"}, append(linux[:3:3],
			"  $ echo '{rancher: {sysctl: {vm.max_map_count: 262144}}}' | sudo ros config merge")},
		{"unraid", preflight.Engine{Provider: preflight.Unraid, Name: "box"}, append(linux[:2:2],
			"boot, on box, in /boot/config/go", "  edit /boot/config/go ", "  + "+set)},
		{"synology", preflight.Engine{Provider: preflight.Synology, Name: "box"}, append(linux[:2:2],
			"boot, in DSM: Control Panel, Task Scheduler, Create, Triggered Task; event boot-up, user root, this as its script", "  $ "+set)},
		{"qnap", preflight.Engine{Provider: preflight.QNAP, Name: "box"}, append(linux[:2:2],
			"boot, in autorun.sh, the script that QNAP runs at start, once it is allowed in the control panel", "  $ "+set)},
		{"truenas", preflight.Engine{Provider: preflight.TrueNAS, Name: "box"}, append(linux[:2:2],
			"boot, in TrueNAS's web page: System, Advanced, Sysctl, Add", "  add the variable vm.max_map_count with the value 262144")},
		{"container-optimized os", preflight.Engine{Provider: preflight.ContainerOptimizedOS, Name: "box"}, append(linux[:2:2],
			"boot, in the instance's metadata: as a line of its startup-script, or of bootcmd in its user-data", "  $ "+set)},
		{"balenaos", preflight.Engine{Provider: preflight.BalenaOS, Name: "box"}, append(linux[:2:2],
			"boot, in a privileged service of the fleet, when it starts", "  $ "+set)},
		{"crostini", preflight.Engine{Provider: preflight.Crostini, Name: "penguin"}, nil},
		{"fedora coreos", preflight.Engine{Provider: preflight.FedoraCoreOS, Name: "box"}, linux},
		{"flatcar", preflight.Engine{Provider: preflight.Flatcar, Name: "box"}, linux},
		{"photon", preflight.Engine{Provider: preflight.Photon, Name: "box"}, linux},
		{"snap", preflight.Engine{Provider: preflight.SnapDocker, Name: "box"}, linux},
		{"podman", preflight.Engine{Provider: preflight.Podman, Name: "box", Traits: []preflight.Trait{preflight.Rootless}}, linux},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.engine.Reading.Live == 0 {
				c.engine.Reading = low()
			}
			if diff := cmp.Diff(c.want, lines(plan(c.engine, wanted))); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

// What nobody has tried is said to the user in the step itself.
func TestUnconfirmedStepsSaySo(t *testing.T) {
	t.Parallel()
	for _, provider := range []preflight.Provider{
		preflight.Colima, preflight.RancherDesktopMac, preflight.OrbStack, preflight.MinikubeVM, preflight.RancherOS, preflight.Unraid, preflight.Synology,
		preflight.QNAP, preflight.TrueNAS, preflight.ContainerOptimizedOS, preflight.BalenaOS, preflight.Codespaces, preflight.AlpineLinux,
	} {
		p := plan(preflight.Engine{Provider: provider, Name: "box", Reading: low()}, wanted)
		last := p.Steps[len(p.Steps)-1]
		text := strings.ToLower(last.Why + last.Consequence)
		if !strings.Contains(text, "not tried by us") && !strings.Contains(text, "not confirmed") {
			t.Errorf("%s: %s %s", provider, last.Why, last.Consequence)
		}
	}
}

// A file that was looked for on this computer is the one to edit.
func TestPlanNamesTheFileThatWasLookedFor(t *testing.T) {
	t.Parallel()
	const seen = "/Users/ada/.config/colima/default/colima.yaml"
	now := reading(65530, preflight.BootKept, 65530, preflight.Evidence{Kind: preflight.EvidenceFile, On: preflight.OnClient, File: seen})
	e := preflight.Engine{Provider: preflight.Colima, Name: "colima", Reading: now}
	if got := plan(e, wanted).Steps[1].Edit.File; got != seen {
		t.Errorf("edits %s", got)
	}
	e.Traits = []preflight.Trait{preflight.Remote}
	if got := plan(e, wanted).Steps[1]; got.Edit.File == seen || !strings.HasSuffix(got.Where, "on the computer that runs Colima") {
		t.Errorf("a file of this computer for a remote engine: %+v", got)
	}
}
