package sysctl

import "testing"

func TestWinningName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files []File
		want  string
	}{
		{"nothing there", nil, "99-docker-mapcount.conf"},
		{"earlier files", tree("/etc/sysctl.d/10-a.conf", "vm.max_map_count=1", "/etc/sysctl.d/zzz.conf", "kernel.pid_max=1"), "99-docker-mapcount.conf"},
		{"our own", tree("/etc/sysctl.d/99-docker-mapcount.conf", "vm.max_map_count=1"), "99-docker-mapcount.conf"},
		{"the link to sysctl.conf", tree("/etc/sysctl.conf", "vm.max_map_count=1", "/etc/sysctl.d/99-sysctl.conf", "-> ../sysctl.conf"), "zz-docker-mapcount.conf"},
		{"a package's file", tree("/usr/lib/sysctl.d/elasticsearch.conf", "vm.max_map_count=262144"), "zz-docker-mapcount.conf"},
		{"a replaced file", tree("/usr/lib/sysctl.d/k8s.conf", "vm.max_map_count=1", "/etc/sysctl.d/k8s.conf", ""), "99-docker-mapcount.conf"},
		{"somebody else's last word", tree("/etc/sysctl.d/zzz-last.conf", "vm.max*=1"), "zzzz-docker-mapcount.conf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := WinningName(c.files, "docker-mapcount")
			if got != c.want {
				t.Fatalf("got %s, want %s", got, c.want)
			}
			planned := File{Path: "/etc/sysctl.d/" + got, Content: []byte("vm.max_map_count = 777777\n")}
			if v := Boot(Input{Files: append(remove(c.files, planned.Path), planned), Order: Systemd}).Value; v != 777777 {
				t.Errorf("with %s the boot value is %d", got, v)
			}
		})
	}
}

func remove(files []File, path string) []File {
	var kept []File
	for _, f := range files {
		if f.Path != path {
			kept = append(kept, f)
		}
	}
	return kept
}
