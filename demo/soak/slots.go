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

// A digest is a digest of Alice.
type digest struct {
	id, channel string
	offset      int // minutes after the full period
}

// A slot is a time at which a digest must be posted.
type slot struct {
	digest digest
	at     time.Time
}

// slotsOf lists the slots in the time length after start.
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

// tasks holds the tasks of the digests.
var tasks = []string{"126531", "126540", "126544", "126548", "126552", "126556", "126560", "task-00002pmr",
	"task-00002pn0", "task-00002png"}

var addedID = regexp.MustCompile(`Digest (\S+) is added`)

// addDigests adds the digests by commands of Alice, one channel after the other.
func (s *system) addDigests(ctx context.Context) error {
	for c := range channels {
		channel := fakeslack.Channel{ID: fmt.Sprintf("C0SOAK%02d", c+1), Name: fmt.Sprintf("soak-%d", c+1),
			Members: []string{fakeslack.Alice}, HasBot: true}
		if err := s.slack.AddChannel(channel); err != nil {
			return err
		}
		for n := range perChannel {
			task := tasks[(c+n)%len(tasks)]
			text := fmt.Sprintf(`digest add cron "%d-59/5 * * * *" tz UTC codes %s last 15m`, n%5, task)
			id, err := s.addDigest(ctx, channel.ID, text)
			if err != nil {
				return err
			}
			s.digests = append(s.digests, digest{id, channel.ID, n % 5})
		}
	}
	return nil
}

// addDigest adds a digest by a command of Alice, and returns its id.
func (s *system) addDigest(ctx context.Context, channel, text string) (string, error) {
	i, err := s.slack.Slash(fakeslack.Alice, channel, "/cat", text)
	if err != nil {
		return "", err
	}
	m, err := answer(ctx, i)
	if err != nil {
		return "", err
	}
	found := addedID.FindStringSubmatch(m.Text)
	if found == nil {
		return "", fmt.Errorf("adding a digest with %q: the answer is %q", text, m.Text)
	}
	return found[1], nil
}

// answer waits for the answer to i.
func answer(ctx context.Context, i *fakeslack.Invocation) (fakeslack.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return i.Wait(ctx, func(m fakeslack.Message) bool { return m.Envelope == i.ID })
}

// A postLog records each post of a digest.
type postLog struct {
	mu      sync.Mutex
	posts   map[string]map[string]digestPost // by slot, then by the message's ts
	changed chan struct{}
}

// A digestPost is a post of a digest.
type digestPost struct {
	at       time.Time
	repeated bool // marked as a possible repetition
	late     bool // marked as late
}

func (s slot) key() string { return s.digest.id + "@" + s.at.UTC().Format("2006-01-02T15:04") }

func newPostLog() *postLog {
	return &postLog{posts: map[string]map[string]digestPost{}, changed: make(chan struct{}, 1)}
}

// follow records what is posted and changed, until ctx is done or the workspace closes.
func (s *system) follow(ctx context.Context) {
	feed := s.slack.Watch()
	go func() {
		for {
			m, err := feed.Next(ctx)
			if err != nil {
				return
			}
			s.postLog.record(m)
			s.incidentLog.record(m)
		}
	}()
}

// record records the post of a slot. What becomes of it later does not count.
func (l *postLog) record(m fakeslack.Message) {
	payload := m.Payload(markType)
	id, _ := payload["digest"].(string)
	slot, _ := payload["slot"].(string)
	if id == "" || len(slot) < len("2006-01-02T15:04") {
		return
	}
	key := id + "@" + slot[:len("2006-01-02T15:04")]
	seconds, _ := strconv.ParseFloat(m.TS, 64)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.posts[key] == nil {
		l.posts[key] = map[string]digestPost{}
	}
	if _, known := l.posts[key][m.TS]; known {
		return
	}
	l.posts[key][m.TS] = digestPost{
		at: time.UnixMicro(int64(seconds * 1e6)), repeated: payload["repeated"] == true, late: payload["late"] == true,
	}
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// wait waits until each of slots was posted, at most for the time most, and then for quietTime.
func (l *postLog) wait(ctx context.Context, slots []slot, most time.Duration) error {
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	for l.missing(slots) > 0 {
		select {
		case <-l.changed:
			continue
		case <-deadline.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		break
	}
	return until(ctx, time.Now().Add(quietTime))
}

func (l *postLog) missing(slots []slot) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range slots {
		if len(l.posts[s.key()]) == 0 {
			n++
		}
	}
	return n
}

// results counts the outcomes of all slots.
type results struct {
	slots, once, markedRepeats, late int
	duplicated, lost                 []slot
	times                            map[string]string // of duplicated slots: the delay of each post
	reported                         map[string]string // of lost slots: what the digest reports about them
	lateness                         []time.Duration
}

func (l *postLog) evaluate(slots []slot) results {
	f := results{slots: len(slots), reported: map[string]string{}, times: map[string]string{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range slots {
		var posts []digestPost
		for _, w := range l.posts[s.key()] {
			posts = append(posts, w)
		}
		slices.SortFunc(posts, func(a, b digestPost) int { return a.at.Compare(b.at) })
		switch {
		case len(posts) == 0:
			f.lost = append(f.lost, s)
			continue
		case len(posts) == 1:
			f.once++
		case slices.ContainsFunc(posts[1:], func(w digestPost) bool { return !w.repeated }):
			f.duplicated = append(f.duplicated, s)
			for _, w := range posts {
				f.times[s.key()] += " +" + w.at.Sub(s.at).Round(10*time.Millisecond).String()
			}
		default:
			f.markedRepeats++
		}
		if posts[0].late {
			f.late++
		}
		f.lateness = append(f.lateness, posts[0].at.Sub(s.at))
	}
	slices.Sort(f.lateness)
	return f
}

// missed matches the sentence about missed runs: their number and the last one.
var missed = regexp.MustCompile(`(\d+) runs? missed while catbot could not post, the latest at <!date\^(\d+)\^`)

// checkLost sends "digest show" for the digests with lost slots.
func (s *system) checkLost(ctx context.Context, f *results) error {
	for _, lost := range f.lost {
		i, err := s.slack.Slash(fakeslack.Alice, lost.digest.channel, "/cat", "digest show "+lost.digest.id)
		if err != nil {
			return err
		}
		m, err := answer(ctx, i)
		if err != nil {
			return err
		}
		if said := reportedAs(lost, textOf(m.Blocks)); said != "" {
			f.reported[lost.key()] = said
		}
	}
	return nil
}

// reportedAs returns the line of a digest's results that reports a slot that was not posted, or "".
func reportedAs(lost slot, shown string) string {
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

// textOf returns all text in blocks.
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
	_ = json.Unmarshal(blocks, &all) // invalid JSON has no text
	walk(all)
	return out.String()
}

func (f results) bad() bool { return len(f.duplicated) > 0 || len(f.reported) < len(f.lost) }

func (f results) print() {
	at := func(share float64) time.Duration {
		if len(f.lateness) == 0 {
			return 0
		}
		return f.lateness[int(share*float64(len(f.lateness)-1))].Round(100 * time.Millisecond)
	}
	fmt.Printf("slots                %5d\n", f.slots)
	fmt.Printf("posted once          %5d\n", f.once)
	fmt.Printf("posted twice         %5d\n", len(f.duplicated))
	fmt.Printf("repeated and marked  %5d\n", f.markedRepeats)
	fmt.Printf("lost                 %5d, of which reported %d\n", len(f.lost), len(f.reported))
	fmt.Printf("lateness             p50 %s, p99 %s, max %s; %d posts marked as late\n", at(.5), at(.99), at(1),
		f.late)
	for _, s := range f.duplicated {
		fmt.Printf("  posted twice: %s in %s, posted at%s\n", s.key(), s.digest.channel, f.times[s.key()])
	}
	for _, s := range f.lost {
		said := f.reported[s.key()]
		if said == "" {
			said = "not reported"
		}
		fmt.Printf("  lost: %s in %s: %s\n", s.key(), s.digest.channel, said)
	}
}
