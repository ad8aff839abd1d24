package fakeslack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a container without zone files has people in time zones too
)

// People and channels that every workspace begins with.
const (
	Alice = "U0ALICE" // speaks en-US, lives in Europe/London
	Wei   = "U0WEI"   // speaks zh-CN, lives in Asia/Shanghai
	Sam   = "U0SAM"   // speaks en-US, lives in America/New_York

	Ops     = "C0OPS"     // #ops, public: everybody and the bot
	General = "C0GENERAL" // #general, public: everybody, not the bot
	WarRoom = "C0WARROOM" // private: Alice and Wei, not the bot
)

// A User is a person, not the bot.
type User struct {
	ID       string // "U…"
	Name     string // the handle: "alice"
	RealName string // "Alice Archer"
	TZ       string // IANA name; empty when Slack does not know
	Locale   string // "en-US", "zh-CN"
	Deleted  bool   // deactivated
	Guest    bool   // sees some channels only

	// Team and Enterprise are set for a person of another organisation (Slack Connect). Without Team the person
	// belongs to the workspace.
	Team       string // "T…"
	Enterprise string // "E…"
}

// A Channel is a place where messages are. A direct conversation with the bot is made by DM.
type Channel struct {
	ID       string   // "C…", "G…" or "D…"
	Name     string   // without the "#"
	Private  bool     // hidden from a bot that is not in it
	IM       bool     // between two people
	Archived bool     // takes no messages
	Members  []string // ids of people
	HasBot   bool     // whether the bot is in it
}

func (c Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// A directory holds the people and the channels.
type directory struct {
	mu       sync.Mutex
	users    map[string]User
	channels map[string]Channel
}

func newDirectory() *directory {
	d := &directory{users: map[string]User{}, channels: map[string]Channel{}}
	for _, u := range []User{
		{ID: Alice, Name: "alice", RealName: "Alice Archer", TZ: "Europe/London", Locale: "en-US"},
		{ID: Wei, Name: "wei", RealName: "Wang Wei", TZ: "Asia/Shanghai", Locale: "zh-CN"},
		{ID: Sam, Name: "sam", RealName: "Sam Soto", TZ: "America/New_York", Locale: "en-US"},
	} {
		d.users[u.ID] = u
	}
	everybody := []string{Alice, Wei, Sam}
	for _, c := range []Channel{
		{ID: Ops, Name: "ops", Members: everybody, HasBot: true},
		{ID: General, Name: "general", Members: everybody},
		{ID: WarRoom, Name: "war-room", Private: true, Members: []string{Alice, Wei}},
	} {
		d.channels[c.ID] = c
	}
	return d
}

// team returns the id of the workspace.
func (w *Workspace) team() string { return cmp.Or(w.opts.Team, TeamID) }

// home returns the workspace and the organisation of u.
func (w *Workspace) home(u User) (team, enterprise string) {
	if u.Team == "" {
		return w.team(), w.opts.Enterprise
	}
	return u.Team, u.Enterprise
}

// AddUser adds a person, or replaces the one with that id.
func (w *Workspace) AddUser(u User) error {
	if !strings.HasPrefix(u.ID, "U") || u.ID == BotUserID {
		return fmt.Errorf("adding user %q: a person's id begins with U and is not the bot's", u.ID)
	}
	if _, err := time.LoadLocation(u.TZ); err != nil {
		return fmt.Errorf("adding user %q: %w", u.ID, err)
	}
	w.people.mu.Lock()
	defer w.people.mu.Unlock()
	w.people.users[u.ID] = u
	return nil
}

// AddChannel adds a channel, or replaces the one with that id, for example to archive it or to remove the bot.
func (w *Workspace) AddChannel(c Channel) error {
	if c.ID == "" || !strings.ContainsRune("CGD", rune(c.ID[0])) {
		return fmt.Errorf("adding channel %q: an id begins with C, G or D", c.ID)
	}
	c.Members = slices.Clone(c.Members)
	w.people.mu.Lock()
	defer w.people.mu.Unlock()
	w.people.channels[c.ID] = c
	return nil
}

// Users lists the people by id.
func (w *Workspace) Users() []User {
	w.people.mu.Lock()
	defer w.people.mu.Unlock()
	return sortedBy(w.people.users, func(u User) string { return u.ID })
}

// Channels lists the channels by id, with the direct conversations that have begun.
func (w *Workspace) Channels() []Channel {
	w.people.mu.Lock()
	defer w.people.mu.Unlock()
	return sortedBy(w.people.channels, func(c Channel) string { return c.ID })
}

func sortedBy[T any](all map[string]T, id func(T) string) []T {
	list := make([]T, 0, len(all))
	for _, one := range all {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b T) int { return strings.Compare(id(a), id(b)) })
	return list
}

// DM returns the id of the direct conversation between a person and the bot. It creates the conversation if needed.
func (w *Workspace) DM(user string) string {
	id := "D" + strings.TrimPrefix(user, "U")
	w.people.mu.Lock()
	defer w.people.mu.Unlock()
	if _, ok := w.people.channels[id]; !ok {
		w.people.channels[id] = Channel{ID: id, Name: "directmessage", IM: true, Members: []string{user}, HasBot: true}
	}
	return id
}

func (d *directory) user(id string) (User, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.users[id]
	return u, ok
}

func (d *directory) channel(id string) (Channel, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.channels[id]
	return c, ok
}

// userWire returns u as users.info does. Slack omits the locale unless it is requested, and an unknown time zone.
func (w *Workspace) userWire(u User, withLocale bool) map[string]any {
	team, enterprise := w.home(u)
	user := map[string]any{
		"id": u.ID, "team_id": team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"is_bot": false, "is_app_user": false, "is_restricted": u.Guest, "is_ultra_restricted": false,
		"profile": map[string]any{"real_name": u.RealName, "display_name": u.Name},
	}
	if u.TZ != "" {
		if zone, err := time.LoadLocation(u.TZ); err == nil {
			label, offset := w.opts.Now().In(zone).Zone()
			user["tz"], user["tz_label"], user["tz_offset"] = u.TZ, label, offset
		}
	}
	if enterprise != "" {
		user["enterprise_user"] = map[string]any{"id": u.ID, "enterprise_id": enterprise, "enterprise_name": enterprise,
			"teams": []string{team}}
	}
	if withLocale {
		user["locale"] = u.Locale
	}
	return user
}
