package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/store/redistest"
)

const slotLength = 5 * time.Minute

// A watch is a digest with a condition whose slots, in the last hour, run when the test says so.
type watch struct {
	*fakes
	db    redis.UniversalClient
	id    string
	first time.Time // slot
}

// key returns a key of the digests in Redis.
func (w *watch) key(rest string) string {
	return digest.Prefix + "|" + fakeslack.TeamID + "." + fakeslack.BotUserID + "}:v1:" + rest
}

// startWatch adds a digest with a command, and takes it off the schedule. The failures of each ISP in the window of
// each slot are those of slots.
func startWatch(t *testing.T, f *fakes, redisURL, command string, slots []map[string]int64) *watch {
	t.Helper()
	options, err := redis.ParseURL(redisURL)
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{fakes: f, db: redis.NewClient(options)}
	t.Cleanup(func() { _ = w.db.Close() })
	w.first = time.Now().Truncate(slotLength).Add(-time.Duration(len(slots)) * slotLength)
	f.api.Serve(func(q fakecat.Question) (rows []fakecat.Row) {
		n := int(q.End.Sub(w.first) / slotLength)
		if q.End.Before(w.first) || n >= len(slots) {
			return nil // also the same hours of the days before
		}
		for isp, count := range slots[n] {
			rows = append(rows, fakecat.Row{ISP: isp, Province: "jiangxi", ProvinceName: "江西", ServerIP: "203.0.113.7",
				Code: 10010, Reason: "连接超时", Count: count})
		}
		return rows
	})
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, command), "is added")
	w.id = strings.TrimPrefix(idIn.FindString(string(m.Blocks)), "digest run ")
	if err := w.db.ZRem(t.Context(), w.key("due"), w.id).Err(); err != nil || w.id == "" {
		t.Fatalf("taking digest %q off the schedule: %v", w.id, err)
	}
	return w
}

// run opens slot n, as a replica does when it is due, and waits until it is closed.
func (w *watch) run(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	at := w.first.Add(time.Duration(n) * slotLength)
	slot := digest.Slot{
		Wall: at.In(time.FixedZone("", 8*60*60)).Format("2006-01-02T15:04Z07:00"), Zone: "Asia/Shanghai",
	}
	key := w.id + "@" + slot.String()
	_, err := w.db.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.HSet(ctx, w.key("s:"+key), "attempt", 1, "at", at.Unix())
		pipe.ZAdd(ctx, w.key("open"), redis.Z{Score: float64(at.Unix()), Member: key})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		if open, err := w.db.ZCard(ctx, w.key("open")).Result(); err == nil && open == 0 {
			return
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			t.Fatalf("slot %s is still open", key)
		}
	}
}

// posts returns the digest's messages that are in the channel, those of its threads too. All of them rang.
func (w *watch) posts() []fakeslack.Message {
	return slices.DeleteFunc(w.Sees(fakeslack.Alice, fakeslack.Ops), func(m fakeslack.Message) bool {
		return m.Payload("catbot_digest")["digest"] != w.id || m.Deleted
	})
}

// latest checks how many posts there are, and returns the latest.
func (w *watch) latest(t *testing.T, when string, posts int) fakeslack.Message {
	t.Helper()
	all := w.posts()
	if len(all) != posts {
		t.Fatalf("%s, there are %d posts, want %d:\n%s", when, len(all), posts, texts(all))
	}
	if posts == 0 {
		return fakeslack.Message{}
	}
	return all[posts-1]
}

func texts(messages []fakeslack.Message) (lines string) {
	for _, m := range messages {
		lines += m.Text + "\n"
	}
	return lines
}

// content is all that m says and holds.
func content(m fakeslack.Message) string { return fmt.Sprint(m.Text, m.Decoded()) }

// reads checks what a message says, and does not.
func reads(t *testing.T, when string, m fakeslack.Message, all ...string) {
	t.Helper()
	said := content(m)
	for _, text := range all {
		unwanted, no := strings.CutPrefix(text, "not ")
		if no && strings.Contains(said, unwanted) || !no && !strings.Contains(said, text) {
			t.Errorf("%s, the message should read %q: %s", when, text, said)
		}
	}
}

// waitForEdit waits until a message contains text.
func (w *watch) waitForEdit(t *testing.T, m fakeslack.Message, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	if _, err := w.WaitMessage(ctx, func(now fakeslack.Message) bool {
		return now.TS == m.TS && strings.Contains(content(now), text)
	}); err != nil {
		t.Fatalf("waiting for an edit with %q: %v", text, err)
	}
}

// press uses a control of m.
func (w *watch) press(t *testing.T, user string, m fakeslack.Message, action, choice string) {
	t.Helper()
	if _, err := w.Press(user, m, action, choice); err != nil {
		t.Fatal(err)
	}
}

// TestIncidentAsPeopleSeeIt runs two replicas through an incident: it opens, worsens, is taken by two people, muted and
// unmuted, spreads, loses its message and a replica, and ends.
func TestIncidentAsPeopleSeeIt(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	env := []string{"REDIS_URL=" + server.URL(), "DIGEST_SETTLE=0s"}
	replicas := []*replica{f.start(t, env...), f.start(t, env...)}
	w := startWatch(t, f, server.URL(), "digest add every 5m if any isp >100 for 2 until <50 notify <@U0WEI|wei> "+
		"codes 126531 last 5m", []map[string]int64{
		0: {"移动": 10}, 1: {"移动": 150}, 2: {"移动": 200}, 3: {"移动": 480}, 4: {"移动": 300}, 5: {"移动": 250, "电信": 170},
		6: {"移动": 220, "电信": 90}, 7: {"移动": 70}, 8: {"移动": 20}, 9: {"移动": 12},
	})
	w.run(t, 0)
	w.run(t, 1)
	w.latest(t, "after one slot over the limit", 0)
	w.run(t, 2)
	root := w.latest(t, "after two slots", 1)
	reads(t, "at its opening", root, "🚨", "200", "移动", "<@U0WEI>")

	w.run(t, 3)
	reads(t, "after a worse slot", w.latest(t, "after an edit", 1), "🚨", "480", "not <@U0WEI>", "not 200 failures")
	w.press(t, fakeslack.Alice, root, "take", "")
	w.waitForEdit(t, root, "<@U0ALICE>")
	w.press(t, fakeslack.Sam, root, "take", "")
	w.waitForEdit(t, root, "<@U0SAM>")
	w.press(t, fakeslack.Alice, root, "mute", "digest mute "+w.id+" 1h")
	w.waitForEdit(t, root, ":no_bell:")
	w.run(t, 4)
	muted := w.latest(t, "while it is muted", 1)
	reads(t, "while it is muted", muted, "300", "480", ":no_bell:", "<@U0ALICE>", "<@U0SAM>")
	w.press(t, fakeslack.Alice, muted, "unmute", "")
	w.waitForEdit(t, root, "digest mute") // the menu is back
	told(t, w.posts()[0])
	w.run(t, 5)
	reminder := w.latest(t, "after the mute", 2)
	reads(t, "when it spreads", w.posts()[0], "🚨", "电信", "250", "not :no_bell:")
	reads(t, "after the mute", reminder, "🚨", "250", "not <@")
	if reminder.ThreadTS != root.TS || !reminder.Broadcast {
		t.Errorf("the reminder is in thread %q of %s", reminder.ThreadTS, root.TS)
	}

	if err := w.Delete(fakeslack.Alice, root); err != nil {
		t.Fatal(err)
	}
	if err := replicas[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.run(t, 6)
	root = w.latest(t, "after its message was deleted", 2)
	reads(t, "in its new message", root, "🚨", "Continued", "not <@U0WEI>", "<@U0ALICE>")
	w.run(t, 7)
	reads(t, "between the lines", w.latest(t, "between the lines", 2), "🟡", "70")
	w.run(t, 8)
	w.latest(t, "after one slot below the line", 2)
	w.run(t, 9)
	end := w.latest(t, "after two slots below the line", 3)
	reads(t, "when it is over", w.posts()[1], "✅", "35 min", "480", "电信")
	reads(t, "in the thread", end, "✅", "35 min", "not <@")
	if end.ThreadTS != root.TS || !end.Broadcast {
		t.Errorf("the end is in thread %q of %s", end.ThreadTS, root.TS)
	}
	told(t, w.posts()[1])
	list := f.waitForAnswer(t, f.send(t, fakeslack.Wei, "incidents"), "126531")
	reads(t, "in the list", list, "35", "480", "U0ALICE", "U0SAM")

	if err := replicas[1].cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-replicas[1].ended
}

// told checks that the edits of m tell of later and later slots.
func told(t *testing.T, m fakeslack.Message) {
	t.Helper()
	last := 0.0
	for _, v := range append(m.Versions, fakeslack.Version{Metadata: m.Metadata}) {
		slot, _ := v.Payload("catbot_digest")["told"].(float64) // the post itself tells of none
		if slot < last {
			t.Errorf("an edit tells of the slot %v after one of %v", slot, last)
		}
		last = slot
	}
	if last == 0 {
		t.Error("no edit tells of a slot")
	}
}
