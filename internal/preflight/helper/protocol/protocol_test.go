package protocol

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	want := Document{
		Version: Version, Mode: ModeSet, Live: 65530, KernelRelease: "6.1", BootID: "b", Architecture: "x86_64", CommandLine: "a <b> & \"c\"",
		UIDMap: "0 0 4294967295", CPUs: 2, MemTotal: 1 << 40, Hostname: "h", OSRelease: "ID=x\n", Init: "systemd", Truncated: true, Errors: []string{"e"},
		Files: []File{{Path: "/a", Content: "\n\x00\t", Link: "/b", Err: "c"}},
		Maps:  []Mapped{{Container: "c", PID: 1, Command: "x", Count: 5, AtLeast: true, Processes: 2}},
		Wrote: &Write{Path: "/vm/max_map_count", Wanted: 3, Before: 1, After: 2, Changed: true, Err: "no"},
	}
	var b bytes.Buffer
	if err := Encode(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"nothing", " \n", "the helper printed nothing"},
		{"another language", "/helper: not found\n", "no proper document"},
		{"what was printed instead", "exec format error", "exec format error"},
		{"half a document", `{"version":1,"live":655`, "no proper document"},
		{"two documents", `{"version":1}{"version":1}`, "no proper document"},
		{"something after it", `{"version":1} x`, "no proper document"},
		{"a list", `[]`, "no proper document"},
		{"a number as text", `{"version":1,"live":"65530"}`, "no proper document"},
		{"no version", `{"live":65530}`, "speaks version 0 of the protocol, this program 1"},
		{"another version", `{"version":2}`, "speaks version 2"},
		{"negative", `{"version":1,"live":-1}`, "cannot be"},
		{"too large", `{"version":1,"live":2147483648}`, "cannot be"},
		{"too large after a write", `{"version":1,"wrote":{"after":99999999999}}`, "cannot be"},
		{"a negative count", `{"version":1,"maps":[{"container":"x","count":-1}]}`, "cannot be"},
		{"too long", `{"version":1,"errors":["` + strings.Repeat("x", Limit) + `"]}`, "more than 1 MiB"},
		{"long garbage", strings.Repeat("\xff", 5000), "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode(strings.NewReader(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 400 {
				t.Errorf("%v, want %q in at most 400 bytes", err, c.want)
			}
		})
	}
}

func TestDecodeReadsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	endless := &counting{}
	if _, err := Decode(endless); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if endless.read > Limit+1 {
		t.Errorf("read %d bytes", endless.read)
	}
	if _, err := Decode(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

type counting struct{ read int }

func (c *counting) Read(p []byte) (int, error) {
	c.read += len(p)
	return len(p), nil
}

func TestSize(t *testing.T) {
	t.Parallel()
	if got := Size("a\x00\n"); got != len("\"a\\u0000\\n\"\n") {
		t.Error(got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"version":1,"live":65530,"wrote":{"after":5},"files":[{"path":"/a"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Decode(bytes.NewReader(raw))
		if err == nil && (d.Version != Version || d.Live < 0 || d.Live > MaxValue) {
			t.Errorf("%+v", d)
		}
	})
}
