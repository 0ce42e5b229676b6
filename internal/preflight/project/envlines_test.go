package project

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/dotenv"
)

// Every variable that the parser finds has a line in the file.
func FuzzEnvLines(f *testing.F) {
	for _, s := range []string{
		"A=1\nB=2\n", "# c\n\nexport A = 'x\ny'\nB: z", "A=\"q\\\"\n\"\nC=1", "A\nB\n", "\uFEFFA=1", "A=1 #x\r\nB=2", "A='it\\'s'\nB=1", "exportA=1", "export\tA=1", "A=\n\nB=",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lookup := func(string) (string, bool) { return "v", true }
		vars, err := dotenv.UnmarshalWithLookup(s, lookup)
		if err != nil {
			return
		}
		lines := envLines([]byte(s), false)
		for name := range vars {
			// The parser takes a last line without a separator for a value without a name.
			if name != "" && lines[name] == 0 {
				t.Errorf("%q has no line in %q: %v", name, s, lines)
			}
		}
	})
}
