package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"catbot/demo/fakeslack"
)

// A digest was added by Alice.
type digest struct {
	id, channel string
	offset      int // minutes after the full period
}

// A slot is one time at which a digest has to post.
type slot struct {
	digest digest
	at     time.Time
}

// slotsOf lists the slots from start on for length.
func slotsOf(digests []digest, start time.Time, length time.Duration) []slot {
	var all []slot
	for at := start; at.Before(start.Add(length)); at = at.Add(time.Minute) {
		for _, d := range digests {
			if at.UTC().Minute()%int(period/time.Minute) == d.offset {
				all = append(all, slot{d, at})
			}
		}
	}
	return all
}

// tasks are what the digests are of, in turn.
var tasks = []string{"126531", "126540", "126544", "126548", "126552", "126556", "126560", "task-00002pmr",
	"task-00002pn0", "task-00002png"}

var added = regexp.MustCompile(`Digest (\S+) is added`)

// addDigests has Alice type them, some at a time.
func (s *stage) addDigests(ctx context.Context) error {
	for room := range rooms {
		channel := fakeslack.Channel{ID: fmt.Sprintf("C0SOAK%02d", room+1), Name: fmt.Sprintf("soak-%d", room+1),
			Members: []string{fakeslack.Alice}, HasBot: true}
		if err := s.slack.AddChannel(channel); err != nil {
			return err
		}
		var typed []*fakeslack.Invocation
		for n := range perRoom {
			text := fmt.Sprintf(`digest add cron "%d-59/5 * * * *" tz UTC codes %s last 15m`, n%5, tasks[(room+n)%len(tasks)])
			i, err := s.slack.Slash(fakeslack.Alice, channel.ID, "/cat", text)
			if err != nil {
				return err
			}
			typed = append(typed, i)
		}
		for n, i := range typed {
			m, err := answer(ctx, i)
			if err != nil {
				return err
			}
			found := added.FindStringSubmatch(m.Text)
			if found == nil {
				return fmt.Errorf("%q is answered with %q", i.Text, m.Text)
			}
			s.digests = append(s.digests, digest{found[1], channel.ID, n % 5})
		}
	}
	return nil
}

// answer waits for what i is answered with.
func answer(ctx context.Context, i *fakeslack.Invocation) (fakeslack.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return i.Wait(ctx, func(m fakeslack.Message) bool { return m.Envelope == i.ID })
}

// A ledger notes each post of a digest.
type ledger struct {
	mu    sync.Mutex
	posts map[string]map[string]written // by slot, then by the message's ts
	news  chan struct{}
}

// A written is a post.
type written struct {
	at       time.Time
	repeated bool // it says that it may be a repetition
	late     bool // it says that it is late
}

func (s slot) key() string { return s.digest.id + "@" + s.at.UTC().Format("2006-01-02T15:04") }

// newLedger notes posts until ctx is done or the workspace closes.
func newLedger(ctx context.Context, slack *fakeslack.Workspace) *ledger {
	l := &ledger{posts: map[string]map[string]written{}, news: make(chan struct{}, 1)}
	feed := slack.Watch()
	go func() {
		for {
			m, err := feed.Next(ctx)
			if err != nil {
				return
			}
			l.take(m)
		}
	}()
	return l
}

func (l *ledger) take(m fakeslack.Message) {
	var mark struct {
		Payload struct{ Digest, Slot string } `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &mark) != nil || mark.Payload.Digest == "" || len(mark.Payload.Slot) < 16 {
		return
	}
	key := mark.Payload.Digest + "@" + mark.Payload.Slot[:16]
	seconds, _ := strconv.ParseFloat(m.TS, 64)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.posts[key] == nil {
		l.posts[key] = map[string]written{}
	}
	l.posts[key][m.TS] = written{
		at:       time.UnixMicro(int64(seconds * 1e6)),
		repeated: strings.Contains(string(m.Blocks), "This may be a repetition"),
		late:     strings.Contains(string(m.Blocks), "Late: this was due"),
	}
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// wait returns when each of slots was posted, or nothing more is hoped for, and some quiet has passed.
func (l *ledger) wait(ctx context.Context, slots []slot, most time.Duration) error {
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	for l.missing(slots) > 0 {
		select {
		case <-l.news:
			continue
		case <-deadline.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		break
	}
	return until(ctx, time.Now().Add(quietTime))
}

func (l *ledger) missing(slots []slot) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range slots {
		if len(l.posts[s.key()]) == 0 {
			n++
		}
	}
	return n
}

// A fate is what became of all slots.
type fate struct {
	slots, once, marked, late int
	doubled, lost             []slot
	times                     map[string]string // of the doubled: when each of their posts was taken, after the slot
	told                      map[string]string // of the lost: what the digest says of the slot
	lateness                  []time.Duration
}

func (l *ledger) judge(slots []slot) fate {
	f := fate{slots: len(slots), told: map[string]string{}, times: map[string]string{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range slots {
		var posts []written
		for _, w := range l.posts[s.key()] {
			posts = append(posts, w)
		}
		slices.SortFunc(posts, func(a, b written) int { return a.at.Compare(b.at) })
		switch {
		case len(posts) == 0:
			f.lost = append(f.lost, s)
			continue
		case len(posts) == 1:
			f.once++
		case slices.ContainsFunc(posts[1:], func(w written) bool { return !w.repeated }):
			f.doubled = append(f.doubled, s)
			for _, w := range posts {
				f.times[s.key()] += " +" + w.at.Sub(s.at).Round(10*time.Millisecond).String()
			}
		default:
			f.marked++
		}
		if posts[0].late {
			f.late++
		}
		f.lateness = append(f.lateness, posts[0].at.Sub(s.at))
	}
	slices.Sort(f.lateness)
	return f
}

// missed is the sentence about runs that nobody made up for: how many, and the last of them.
var missed = regexp.MustCompile(`(\d+) runs? missed while catbot was down, the last time at <!date\^(\d+)\^`)

// askAfter has Alice ask what became of the digests whose slots were lost.
func (s *stage) askAfter(ctx context.Context, f *fate) error {
	for _, lost := range f.lost {
		i, err := s.slack.Slash(fakeslack.Alice, lost.digest.channel, "/cat", "digest show "+lost.digest.id)
		if err != nil {
			return err
		}
		m, err := answer(ctx, i)
		if err != nil {
			return err
		}
		if said := toldOf(lost, textOf(m.Blocks)); said != "" {
			f.told[lost.key()] = said
		}
	}
	return nil
}

// toldOf is the line of a digest's results that tells of a slot that was not posted; "" where none does.
func toldOf(lost slot, shown string) string {
	for line := range strings.Lines(shown) {
		if strings.Contains(line, fmt.Sprintf("<!date^%d^", lost.at.Unix())) && strings.HasPrefix(line, "•") &&
			!strings.Contains(line, ": posted") {
			return strings.TrimSpace(line)
		}
		if found := missed.FindStringSubmatch(line); found != nil {
			count, _ := strconv.Atoi(found[1])
			last, _ := strconv.ParseInt(found[2], 10, 64)
			from := time.Unix(last, 0).Add(-time.Duration(count-1) * period)
			if !lost.at.Before(from) && !lost.at.After(time.Unix(last, 0)) {
				return strings.TrimSpace(line)
			}
		}
	}
	return ""
}

// textOf is all text in blocks, as it reads.
func textOf(blocks json.RawMessage) string {
	var out strings.Builder
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, item := range value {
				walk(item)
			}
		case map[string]any:
			if text, ok := value["text"].(string); ok {
				out.WriteString(text + "\n")
			}
			for name, item := range value {
				if _, isText := item.(string); name != "text" || !isText {
					walk(item)
				}
			}
		}
	}
	var all any
	_ = json.Unmarshal(blocks, &all) // what can't be read has no text
	walk(all)
	return out.String()
}

func (f fate) bad() bool { return len(f.doubled) > 0 || len(f.told) < len(f.lost) }

func (f fate) print() {
	at := func(share float64) time.Duration {
		if len(f.lateness) == 0 {
			return 0
		}
		return f.lateness[int(share*float64(len(f.lateness)-1))].Round(100 * time.Millisecond)
	}
	fmt.Printf("slots                %5d\n", f.slots)
	fmt.Printf("posted once          %5d\n", f.once)
	fmt.Printf("doubled              %5d\n", len(f.doubled))
	fmt.Printf("repeated and marked  %5d\n", f.marked)
	fmt.Printf("lost                 %5d, of which told otherwise %d\n", len(f.lost), len(f.told))
	fmt.Printf("lateness             p50 %s, p99 %s, max %s; %d posts call themselves late\n", at(.5), at(.99), at(1),
		f.late)
	for _, s := range f.doubled {
		fmt.Printf("  doubled: %s in %s, posted at%s\n", s.key(), s.digest.channel, f.times[s.key()])
	}
	for _, s := range f.lost {
		said := f.told[s.key()]
		if said == "" {
			said = "nobody was told"
		}
		fmt.Printf("  lost: %s in %s: %s\n", s.key(), s.digest.channel, said)
	}
}
