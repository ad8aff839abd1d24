package store

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"catbot/store/redistest"
)

func openStore(t *testing.T, address string) *Store {
	t.Helper()
	store, err := Open(address, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func TestAddresses(t *testing.T) {
	for _, tc := range []struct{ name, address, want string }{
		{"one server", "redis://host:6380/2", "redis://host:6380/2"},
		{"the usual port and database", "redis://host", "redis://host:6379/0"},
		{"a user and a password are not shown", "redis://user:s3cr3t@host", "redis://host:6379/0"},
		{"a password with an at sign in it", "redis://user:s3c@r3t@host", "redis://host:6379/0"},
		{"TLS", "rediss://host:6380/2", "rediss://host:6380/2"},
		{"IPv6", "redis://[::1]:6380/1", "redis://[::1]:6380/1"},
		{"IPv6 with the usual port", "redis://[::1]/1", "redis://[::1]:6379/1"},
		{"a group under Sentinel", "redis+sentinel://:s3cr3t@a:1,b:2/3?master=m", "redis+sentinel://a:1,b:2/3?master=m"},
		{"the usual port of Sentinel", "rediss+sentinel://a/?master=m", "rediss+sentinel://a:26379/0?master=m"},
		{"a cluster", "redis+cluster://:s3cr3t@a:1,b,[::1]:3", "redis+cluster://a:1,b:6379,[::1]:3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := parseAddress(tc.address)
			if err != nil {
				t.Fatal(err)
			}
			if got := publicAddress(o); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestPasswordsAreUnderstood(t *testing.T) {
	o, err := parseAddress("rediss+sentinel://me:p%40ss%2F@a:1,b:2/3?master=m&sentinel_username=you&sentinel_password=w%26rd")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join([]string{o.Username, o.Password, o.SentinelUsername, o.SentinelPassword, o.MasterName}, " ")
	if want := "me p@ss/ you w&rd m"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if o.TLSConfig == nil || o.TLSConfig.InsecureSkipVerify || o.TLSConfig.ServerName != "" {
		t.Errorf("TLS must verify each host by its own name: %+v", o.TLSConfig)
	}
}

func TestWrongAddressesSayTheWayOut(t *testing.T) {
	for _, tc := range []struct{ name, address, want string }{
		{"no scheme", "s3cr3t@host:6379", "redis://host:6379/0"},
		{"another scheme", "http://:s3cr3t@host:6379", `"http"`},
		{"an unknown group", "redis+ring://:s3cr3t@host:6379", `"redis+ring"`},
		{"no host", "redis://:s3cr3t@/0", "names no host"},
		{"a port that is none", "redis://host:s3cr3t", "port"},
		{"a port that is too big", "redis://host:65536", "port"},
		{"a host that can't be one", "redis://:s3cr3t@ho st/0", "malformed"},
		{"a database that is no number", "redis://:s3cr3t@host/x", "number of a database"},
		{"a database below 0", "redis://:s3cr3t@host/-1", "number of a database"},
		{"several hosts without a group", "redis://:s3cr3t@a:1,b:2", "redis+cluster://"},
		{"a group without its name", "redis+sentinel://:s3cr3t@a:1", "?master="},
		{"a database of a cluster", "redis+cluster://:s3cr3t@a:1/3", "no database but 0"},
		{"an option that would turn off verification", "rediss://:s3cr3t@host/0?skip_verify=true", "unknown option"},
		{"an option that is garbage", "redis+sentinel://a:1?master=m&s3cr3t=%zz", "unknown option"},
		{"a slash in a password", "redis://:s3cr3t/x@host:6379/0", "%2F"},
		{"a slash in a password of digits", "redis://me:12/s3cr3t@host:6379/0", "%2F"},
		{"a question mark in a password", "redis://me:12?s3cr3t@host:6379/0", "%3F"},
		{"a number sign in a password", "redis://me:12#s3cr3t@host:6379/0", "%23"},
		{"a percent sign in a password", "redis://me:s3cr3t%zz@host:6379/0", "%25"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Open(tc.address, slog.New(slog.DiscardHandler))
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the password is shown: %v", err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want word of %s", err, tc.want)
			}
		})
	}
}

func FuzzAddress(f *testing.F) {
	for _, address := range []string{
		"redis://host", "rediss+sentinel://u:p@a:1,[::1]:2/3?master=m", "redis+cluster://a,b", "redis://[", "://",
		"redis://@,:/?#%", "redis://[0]0",
	} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		o, err := parseAddress(address)
		if err != nil {
			return
		}
		again, err := parseAddress(publicAddress(o))
		if err != nil {
			t.Fatalf("%q is shown as %q: %v", address, publicAddress(o), err)
		}
		if publicAddress(again) != publicAddress(o) {
			t.Errorf("%q is shown as %q and then %q", address, publicAddress(o), publicAddress(again))
		}
	})
}

func TestPingSaysWhatIsWrong(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "s3cr3t")
	for _, tc := range []struct{ name, address, want string }{
		{"no password", server.URL(), "NOAUTH"},
		{"a wrong password", strings.Replace(server.URL(), "//", "//:wr0ng@", 1), "WRONGPASS"},
		{"nobody there", "redis://127.0.0.1:1/0", "connection refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := openStore(t, tc.address).Ping(t.Context())
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want word of %s", err, tc.want)
			}
			if strings.Contains(err.Error(), "wr0ng") {
				t.Errorf("the password is shown: %v", err)
			}
		})
	}
}

func TestTimePassesInsideTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := Open("", slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if err := store.Set(t.Context(), []byte("value"), 10*time.Second, "key"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Second)
		if value, err := store.Get(t.Context(), "key"); string(value) != "value" || err != nil {
			t.Errorf("a second before its end: %q, %v", value, err)
		}
		time.Sleep(2 * time.Second)
		if value, err := store.Get(t.Context(), "key"); value != nil || err != nil {
			t.Errorf("a second after its end: %q, %v", value, err)
		}
	})
}

func TestAClientsChatterGoesToTheLog(t *testing.T) {
	book := &logbook{}
	log := slog.New(slog.NewTextHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug}))
	store, err := Open("redis://127.0.0.1:1/0", log)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_ = store.Ping(t.Context())
	if book.count("redis client: ") == 0 {
		t.Error("a connection was refused, and the log has nothing about it")
	}
}
