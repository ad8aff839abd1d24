package store

import (
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestAClaimThatIsReleasedCanBeTakenByAnyProcess(t *testing.T) {
	server := redistest.Start(t)
	for _, tc := range []struct {
		name       string
		one, other *Store
		kill       bool
	}{
		{"in the same process", openStore(t, ""), nil, false},
		{"in the same process, beside Redis", openStore(t, server.URL()), nil, false},
		{"in another process that was refused it before", openStore(t, server.URL()), openStore(t, server.URL()), false},
		{"in the same process, while Redis is away", openStore(t, server.URL()), nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.kill {
				server.Kill()
			}
			if tc.other == nil {
				tc.other = tc.one
			}
			claim := tc.one.LeaseWork(t.Context(), tc.name, time.Minute)
			if claim == nil {
				t.Fatal("what nobody claims can't be claimed")
			}
			for range 2 {
				if tc.other.LeaseWork(t.Context(), tc.name, time.Minute) != nil {
					t.Fatal("it is claimed twice")
				}
			}
			claim.Release(t.Context())
			if tc.other.LeaseWork(t.Context(), tc.name, time.Minute) == nil {
				t.Error("what was released can't be claimed")
			}
			if tc.one.LeaseWork(t.Context(), tc.name, time.Minute) != nil {
				t.Error("it is claimed twice after that")
			}
		})
	}
}

func TestAClaimThatIsKeptEndsAfterItsTime(t *testing.T) {
	server := redistest.Start(t)
	store := openStore(t, server.URL())
	now := &clock{now: noon}
	store.now = now.Now
	client := server.Client()
	claim := store.LeaseWork(t.Context(), "press", time.Minute)
	claim.Extend(t.Context(), time.Second)
	if ttl := client.PTTL(t.Context(), firstSeenKey("press")).Val(); ttl <= 0 || ttl > time.Second {
		t.Errorf("the claim lives for %v", ttl)
	}
	if store.LeaseWork(t.Context(), "press", time.Minute) != nil {
		t.Error("it is claimed twice")
	}
	client.Del(t.Context(), firstSeenKey("press"))
	now.set(noon.Add(time.Second))
	if store.LeaseWork(t.Context(), "press", time.Minute) == nil {
		t.Error("it can't be claimed after its end")
	}
}
