package engine

import (
	"maps"
	"testing"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// Docker Desktop asked from a distribution, which applies files of its own to the
// one kernel.
func TestDockerDesktopBesideADistribution(t *testing.T) {
	t.Parallel()
	const config = "/mnt/c/Users/ada/.wslconfig"
	const line = "[wsl2]\nkernelCommandLine = sysctl.vm.max_map_count=1048576\n"
	systemd := map[string]string{"/proc/1/comm": "systemd\n", config: ""}
	raises := map[string]string{"/etc/sysctl.d/10-map-count.conf": "# Ubuntu's\nvm.max_map_count = 1048576\n"}
	for name, tt := range map[string]struct {
		files []map[string]string
		state preflight.BootState
		value int64
		why   string
	}{
		"it says nothing":           {[]map[string]string{systemd}, preflight.BootLost, 65530, ".wslconfig does not set it"},
		"it raises":                 {[]map[string]string{systemd, raises}, preflight.BootUnknown, 0, "this distribution sets 1048576 whenever it starts: /etc/sysctl.d/10-map-count.conf:2"},
		"it says the same":          {[]map[string]string{systemd, raises, {config: line}}, preflight.BootKept, 1048576, ""},
		"it lowers":                 {[]map[string]string{systemd, {"/etc/sysctl.d/90.conf": "vm.max_map_count = 262144\n", config: line}}, preflight.BootUnknown, 0, "this distribution sets 262144"},
		"a script":                  {[]map[string]string{systemd, {"/etc/rc.local": "sysctl -w vm.max_map_count=5\n"}}, preflight.BootUnknown, 0, "may set it whenever it starts: /etc/rc.local:1"},
		"nobody reads its files":    {[]map[string]string{systemd, raises, {"/proc/1/comm": "init(Ubuntu)\n"}}, preflight.BootLost, 65530, ".wslconfig does not set it"},
		".wslconfig cannot be read": {[]map[string]string{{"/proc/1/comm": "systemd\n", "/mnt/c/Users/ada/x": "", "/mnt/c/Users/bob/x": ""}, raises}, preflight.BootUnknown, 0, "cannot be read from here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{}
			for _, more := range tt.files {
				maps.Copy(files, more)
			}
			s := &Session{
				o:       Options{Endpoint: "unix:///var/run/docker.sock", Host: desk{goos: "linux", files: files}.host()}.completed(),
				machine: func() self { return self{kernel: wslKernel, memory: 8e9} },
			}
			f := recorded(t, "docker-desktop-windows-wsl2")
			f.Info.KernelVersion, f.Info.MemTotal = wslKernel, 8e9
			got := found{doc: protocol.Document{Live: 1048576, KernelRelease: wslKernel}}
			id := Identify(f)
			b := bootValue(f, id, got, s.clientFiles(t.Context(), f, id))
			wantBoot(t, b, tt.state, tt.value, tt.why)
			if tt.value > 0 && !applies(b) {
				t.Errorf("not one piece of evidence decides: %+v", b.Evidence)
			}
		})
	}
}
