package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"catbot/commands"
	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/store"
	"catbot/store/redistest"
)

// language has the limits that catbot has by default.
var language = commands.Language{DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour}

// dueDigests holds fakes with digests that are all due at the same minute.
type dueDigests struct {
	*fakes
	store *store.Store
	env   []string
	ids   []string
}

const (
	digestChannels    = 20
	digestsPerChannel = 10
)

// addDueDigests adds digests to each of a number of channels, all due at the minute that has just begun.
func addDueDigests(t *testing.T, redisURL string, channels, perChannel int) *dueDigests {
	t.Helper()
	return addDueDigestsOf(t, "126531", redisURL, channels, perChannel)
}

// addDueDigestsOf is addDueDigests for another task.
func addDueDigestsOf(t *testing.T, task, redisURL string, channels, perChannel int) *dueDigests {
	t.Helper()
	w, err := fakeslack.Start(fakeslack.Options{LimitPosts: true, HistoryLag: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	api, err := fakecat.Start(fakecat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	store, err := store.Open(redisURL, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	m := &dueDigests{fakes: &fakes{w, api}, store: store, env: []string{"REDIS_URL=" + redisURL, "CAT_RATE=1000"}}
	slot := time.Now().UTC().Truncate(time.Minute)
	digests := m.digestsAt(slot.Add(-time.Minute))
	for n := range channels {
		channel := fakeslack.Channel{
			ID: fmt.Sprintf("C0TEAM%d", n), Name: fmt.Sprint("team-", n),
			Members: []string{fakeslack.Alice}, HasBot: true,
		}
		if err := w.AddChannel(channel); err != nil {
			t.Fatal(err)
		}
		for range perChannel {
			text := fmt.Sprintf("digest add daily %s tz UTC in <#%s> codes %s last 1h",
				slot.Format("15:04"), channel.ID, task)
			command, err := language.Parse(text, slot)
			if err != nil {
				t.Fatal(err)
			}
			d, err := digests.Add(t.Context(), rand.Text(), fakeslack.Alice, command.(commands.DigestAdd))
			if err != nil {
				t.Fatal(err)
			}
			m.ids = append(m.ids, d.ID)
		}
	}
	return m
}

// digestsAt is the store of the digests, with the clock at now.
func (m *dueDigests) digestsAt(now time.Time) *digest.Store {
	return &digest.Store{
		Space: fakeslack.TeamID + "." + fakeslack.BotUserID,
		DB:    m.store.DB(), Now: func() time.Time { return now },
		Read: language.Parse,
	}
}

// waitForPosts waits until n slots are posted.
func (m *dueDigests) waitForPosts(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*waitLimit)
	defer cancel()
	seen := map[string]bool{}
	_, err := m.WaitMessage(ctx, func(msg fakeslack.Message) bool {
		if slot := slotOf(msg); slot != "" {
			seen[slot] = true
		}
		return len(seen) >= n
	})
	if err != nil {
		t.Fatalf("%d of %d slots are posted: %v", len(seen), n, err)
	}
}

// slotOf returns the digest and the slot in a message's metadata, and "" when it is not a digest's message.
func slotOf(m fakeslack.Message) string {
	payload := m.Payload("catbot_digest")
	if payload == nil {
		return ""
	}
	return fmt.Sprint(payload["digest"], "@", payload["slot"])
}

// countPosts counts the posts of each digest, and those that are marked as late.
func (m *dueDigests) countPosts() (posts map[string]int, late int) {
	posts = map[string]int{}
	for _, msg := range m.Messages() {
		if slot := slotOf(msg); slot != "" {
			posts[strings.Split(slot, "@")[0]]++
			if msg.Payload("catbot_digest")["late"] == true {
				late++
			}
		}
	}
	return posts, late
}

// checkPostedOnce stops all replicas and checks that each digest was posted exactly once.
func (m *dueDigests) checkPostedOnce(t *testing.T, replicas ...*replica) {
	t.Helper()
	for _, r := range replicas {
		_ = r.cmd.Process.Signal(syscall.SIGTERM) // an error means that it was killed
	}
	for _, r := range replicas {
		select {
		case <-r.ended:
		case <-time.After(waitLimit):
			t.Fatalf("a replica does not end:\n%s", r.text())
		}
	}
	posts, late := m.countPosts()
	t.Logf("%d digests, %d posts marked as late", len(m.ids), late)
	for _, id := range m.ids {
		if n := posts[id]; n != 1 {
			t.Errorf("digest %s was posted %d times", id, n)
		}
	}
}

// waitForNoOpenSlots waits until no slot is open. Another replica closes the slots that a killed one posted and did
// not record.
func (m *dueDigests) waitForNoOpenSlots(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	key := digest.Prefix + "|" + fakeslack.TeamID + "." + fakeslack.BotUserID + "}:v1:open"
	poll := time.NewTicker(100 * time.Millisecond)
	defer poll.Stop()
	for {
		open, err := m.store.DB().ZCard(ctx, key).Result()
		if err == nil && open == 0 {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			t.Fatalf("%d slots are open, %v", open, err)
		}
	}
}

func (m *dueDigests) replicas(t *testing.T, n int) []*replica {
	t.Helper()
	var all []*replica
	for range n {
		all = append(all, m.start(t, m.env...))
	}
	return all
}

// TestEachSlotIsPostedOnceUnderFaults runs three replicas with 200 digests due at the same minute, and a fault after
// a quarter
// of the posts.
func TestEachSlotIsPostedOnceUnderFaults(t *testing.T) {
	t.Parallel()
	const all = digestChannels * digestsPerChannel
	persistent := []string{"--appendonly", "yes", "--appendfsync", "always"}
	for name, fault := range map[string]func(*testing.T, *redistest.Server, []*replica) (after func()){
		"no fault": func(*testing.T, *redistest.Server, []*replica) func() { return nil },
		"one replica is killed": func(t *testing.T, _ *redistest.Server, rs []*replica) func() {
			if err := rs[1].cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			return nil
		},
		"one is stopped past its leases and continues": func(t *testing.T, _ *redistest.Server, rs []*replica) func() {
			if err := rs[1].cmd.Process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := rs[1].cmd.Process.Signal(syscall.SIGCONT); err != nil {
					t.Fatal(err)
				}
			}
		},
		"redis is killed and comes back": func(_ *testing.T, server *redistest.Server, _ []*replica) func() {
			server.Restart()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, persistent...)
			m := addDueDigests(t, server.URL(), digestChannels, digestsPerChannel)
			replicas := m.replicas(t, 3)
			m.waitForPosts(t, all/4)
			started := time.Now()
			after := fault(t, server, replicas)
			m.waitForPosts(t, all)
			m.waitForNoOpenSlots(t)
			took := time.Since(started)
			t.Logf("all were posted and recorded %s after the fault began", took.Round(time.Second))
			if took > 30*time.Second {
				t.Errorf("that is longer than 30 s")
			}
			if after != nil {
				after()
			}
			m.checkPostedOnce(t, replicas...)
		})
	}
}

// TestDigestsThatShareATaskAskCATOnce has two replicas post 50 digests of the same task and window at the same minute.
func TestDigestsThatShareATaskAskCATOnce(t *testing.T) {
	t.Parallel()
	const channels, perChannel = 5, 10
	for name, tc := range map[string]struct{ task, action string }{
		"API v2":  {"126531", "GetCatReturnCodeHistory"},
		"API 3.0": {"task-n6f8ye4d", "DescribeDetailedSingleProbeData"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := addDueDigestsOf(t, tc.task, redistest.Start(t).URL(), channels, perChannel)
			m.api.SetHealth(fakecat.Fault{Latency: 300 * time.Millisecond}) // all of them ask before there is an answer
			replicas := m.replicas(t, 2)
			m.waitForPosts(t, channels*perChannel)
			m.waitForNoOpenSlots(t)
			all, windows := 0, map[string]int{}
			for _, call := range m.api.Calls() {
				if call.Action == tc.action {
					all++
					windows[call.Begin+".."+call.End]++ // ".." for API 3.0
				}
			}
			// The window, the one before, and the same hours of seven days for what is usual. Each takes two calls
			// if it has a midnight in it.
			if all < 2 || all > 2*9 {
				t.Errorf("CAT was asked %d times", all)
			}
			for window, n := range windows {
				if n > 1 && window != ".." {
					t.Errorf("%s was asked %d times", window, n)
				}
			}
			m.checkPostedOnce(t, replicas...)
		})
	}
}

func TestClusterPostsEachSlotOnce(t *testing.T) {
	t.Parallel()
	m := addDueDigests(t, redistest.StartCluster(t, 3).URL(), digestChannels, digestsPerChannel)
	replicas := m.replicas(t, 3)
	m.waitForPosts(t, digestChannels*digestsPerChannel/4)
	if err := replicas[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	m.waitForPosts(t, digestChannels*digestsPerChannel)
	m.waitForNoOpenSlots(t)
	m.checkPostedOnce(t, replicas...)
}

// TestKilledBetweenPostAndRecord kills a replica when Slack has posted a digest but has not answered yet.
func TestKilledBetweenPostAndRecord(t *testing.T) {
	t.Parallel()
	m := addDueDigests(t, redistest.Start(t).URL(), 1, 1)
	gate := make(chan struct{})
	m.Fail("chat.postMessage", 1, fakeslack.Fault{Applied: true, Hold: gate})
	first := m.start(t, m.env...)
	m.waitForPosts(t, 1)
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	close(gate)
	second := m.start(t, m.env...)
	second.waitForLog(t, `"outcome":"posted"`)
	if m.Stats().Calls["conversations.history"] == 0 {
		t.Error("the second replica did not search the channel for the post of the first")
	}
	m.checkPostedOnce(t, first, second)
}

// TestDigestsSurviveInDataDir kills a replica without Redis: its digests are in DATA_DIR.
func TestDigestsSurviveInDataDir(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	data := "DATA_DIR=" + t.TempDir()
	first := f.start(t, data)
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest add every 5m if >100 codes 126531 last 15m"), "is added")
	if strings.Contains(string(m.Blocks), "lost when catbot restarts") {
		t.Errorf("the answer says that digests are not persistent:\n%s", m.Blocks)
	}
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-first.ended
	second := f.start(t, data)
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest list"), "`every 5m tz Asia/Shanghai`")
	if err := second.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-second.ended
}

// TestTwoInstallationsShareOnlyRedis: each sees and posts only its own digests and aliases.
func TestTwoInstallationsShareOnlyRedis(t *testing.T) {
	t.Parallel()
	env := "REDIS_URL=" + redistest.Start(t).URL()
	ours := startFakes(t, fakecat.Options{})
	theirs := startFakesWith(t, fakeslack.Options{Team: "T0OTHER"}, fakecat.Options{})
	replicas := []*replica{ours.start(t, env), theirs.start(t, env)}
	ours.waitForAnswer(t, ours.send(t, fakeslack.Alice, "alias add shop 126531"), "shop")
	m := ours.waitForAnswer(t, ours.send(t, fakeslack.Alice, "digest add hourly codes shop last 1h"), "is added")
	id := idIn.FindString(string(m.Blocks))
	theirs.waitForAnswer(t, theirs.send(t, fakeslack.Alice, "digest list"), "no digests")
	theirs.waitForAnswer(t, theirs.send(t, fakeslack.Alice, "alias list"), "There are no aliases yet")
	theirs.waitForAnswer(t, theirs.send(t, fakeslack.Alice, id), "There is no digest")
	ours.waitForAnswer(t, ours.send(t, fakeslack.Alice, id), "runs now")
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	if _, err := ours.WaitMessage(ctx, func(m fakeslack.Message) bool { return slotOf(m) != "" }); err != nil {
		t.Fatal(err)
	}
	for _, r := range replicas {
		if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-r.ended
	}
	for _, m := range theirs.Messages() {
		if slotOf(m) != "" {
			t.Errorf("the other workspace has %s", m.Text)
		}
	}
}

var idIn = regexp.MustCompile(`digest run [a-z0-9]{4}`)
