package engine

import (
	"testing"

	"docker-mapcount/internal/preflight/enginetest"
)

func TestKeeper(t *testing.T) {
	t.Parallel()
	fake := machineWith(enginetest.Machine{Live: 65530}, nil)
	s := readToFix(t, fake, nil)
	first, err := s.StartKeeper(t.Context(), 262144)
	if err != nil || fake.Machine().Live != 262144 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := s.StartKeeper(t.Context(), 262144); err != nil || again != first {
		t.Errorf("%+v, want %+v, %v", again, first, err)
	}
	fake.Reboot()
	if live := fake.Machine().Live; live != 262144 {
		t.Errorf("%d after a reboot", live)
	}
	more, err := s.StartKeeper(t.Context(), 1048576)
	if err != nil || more.ID == first.ID || len(fake.Left()) != 1 {
		t.Errorf("%+v, %v, left %v", more, err, fake.Left())
	}
	list, err := s.Keepers(t.Context())
	if err != nil || len(list) != 1 || list[0] != more {
		t.Errorf("%+v, want %+v, %v", list, more, err)
	}
	for range 2 {
		if err := s.RemoveKeeper(t.Context(), more.ID); err != nil {
			t.Error(err)
		}
	}
	nothingLeft(t, fake)
}
