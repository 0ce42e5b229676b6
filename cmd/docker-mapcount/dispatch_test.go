package main

import (
	"strings"
	"testing"
)

func TestDispatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		argv       string
		standalone bool
		want       string
	}{
		{"by docker", "docker-mapcount mapcount check", false, "docker-mapcount mapcount check"},
		{"by docker with its own flags", "docker-mapcount --context x mapcount check", false, "docker-mapcount --context x mapcount check"},
		{"metadata", "docker-mapcount docker-cli-plugin-metadata", false, "docker-mapcount docker-cli-plugin-metadata"},
		{"by path", "docker-mapcount check -f x", true, "docker mapcount check -f x"},
		{"by path, nothing typed", "docker-mapcount", true, "docker mapcount"},
		{"by path, plugin name typed", "docker-mapcount mapcount check", true, "docker-mapcount mapcount check"},
		{"by path with docker's flags", "docker-mapcount -H tcp://h:1 --tls check", true, "docker -H tcp://h:1 --tls mapcount check"},
		{"by path with an inline value", "docker-mapcount --context=x check", true, "docker --context=x mapcount check"},
		{"by Compose", "docker-mapcount compose --project-name=p up gate", true, "docker mapcount compose --project-name=p up gate"},
		{"completion by path", "docker-mapcount __complete mapcount ch", true, "docker-mapcount __complete mapcount ch"},
		{"flag without its value", "docker-mapcount --context", true, "docker --context mapcount"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(dispatch(strings.Fields(tt.argv), tt.standalone), " "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
