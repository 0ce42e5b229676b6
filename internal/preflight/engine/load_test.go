package engine

import (
	"strings"
	"testing"
)

func TestLoadResult(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ report, want string }{
		"well":        {`{"stream":"Loaded image: x\n"}`, ""},
		"nothing":     {"", ""},
		"plain text":  {"Loaded image: x", ""},
		"no space":    {`{"status":"Loading layer"}` + "\n" + `{"errorDetail":{"message":"write /helper: no space left on device"},"error":"write /helper: no space left on device"}`, "no space left on device"},
		"other shape": {`{"error":5}`, ""},
		"cut":         {`{"stream":"Load`, "unexpected EOF"},
		"endless":     {strings.Repeat(`{"stream":"x"}`, longestReport/10), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := loadResult(strings.NewReader(tt.report))
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
