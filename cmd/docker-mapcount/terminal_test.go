package main

import "testing"

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestColour(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		ansi     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"terminal", "", true, nil, true},
		{"pipe", "", false, nil, false},
		{"NO_COLOR, any value", "", true, map[string]string{"NO_COLOR": "yes"}, false},
		{"NO_COLOR, empty", "", true, map[string]string{"NO_COLOR": ""}, true},
		{"dumb terminal", "", true, map[string]string{"TERM": "dumb"}, false},
		{"COMPOSE_ANSI never", "", true, map[string]string{"COMPOSE_ANSI": "never"}, false},
		{"flag beats variable", "always", false, map[string]string{"COMPOSE_ANSI": "never"}, true},
		{"--ansi never", "never", true, nil, false},
		{"--ansi auto in a pipe", "auto", false, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := colour(tt.ansi, tt.terminal, env(tt.env)); got != tt.want {
				t.Errorf("colour = %v", got)
			}
		})
	}
}

func TestUTF8Locale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		env  map[string]string
		goos string
		want bool
	}{
		{map[string]string{"LANG": "de_DE.UTF-8"}, "linux", true},
		{map[string]string{"LANG": "C"}, "linux", false},
		{nil, "linux", false},
		{nil, "windows", true},
		{nil, "darwin", true},
		{map[string]string{"LC_ALL": "C", "LANG": "en_US.utf8"}, "linux", false},
		{map[string]string{"LC_CTYPE": "en_US.utf8"}, "linux", true},
	}
	for _, tt := range tests {
		if got := utf8Locale(env(tt.env), tt.goos); got != tt.want {
			t.Errorf("utf8Locale(%v, %s) = %v", tt.env, tt.goos, got)
		}
	}
}
