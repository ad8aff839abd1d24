package demo

import (
	"encoding/json"
	"fmt"
	"slices"

	"catbot/demo/fakeslack"
)

// Parts holds the parts of the page for a person, by name. The page redraws the parts that change. A message's name is
// "m:", its channel and its ts.
type Parts map[string]json.RawMessage

type personPart struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Real   string `json:"real"`
	TZ     string `json:"tz"`
	Locale string `json:"locale"`
	DM     string `json:"dm"`
}

type channelPart struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Private bool   `json:"private"`
	IM      bool   `json:"im"`
	HasBot  bool   `json:"hasBot"`
}

type messagePart struct {
	Channel   string          `json:"channel"`
	TS        string          `json:"ts"`
	Thread    string          `json:"thread,omitempty"`
	Broadcast bool            `json:"broadcast,omitempty"` // a reply that the channel sees, too
	From      string          `json:"from"`
	Only      bool            `json:"only"` // ephemeral
	Edited    bool            `json:"edited"`
	Deleted   bool            `json:"deleted,omitempty"` // only its replies are left
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Files     []filePart      `json:"files,omitempty"`
}

type filePart struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title"`
	Size  int    `json:"size"`
}

type modalPart struct {
	ID     string            `json:"id"`
	Hash   string            `json:"hash"`
	Title  string            `json:"title"`
	Submit string            `json:"submit"`
	Close  string            `json:"close"`
	Blocks json.RawMessage   `json:"blocks"`
	State  json.RawMessage   `json:"state"`
	Errors map[string]string `json:"errors"`
}

// shownMessages bounds the messages of a channel on the page, the latest.
const shownMessages = 150

// parts returns what user sees now.
func (d *Demo) parts(user string) Parts {
	parts := Parts{}
	put := func(name string, part any) {
		encoded, err := json.Marshal(part)
		if err != nil {
			panic(fmt.Sprintf("encoding what the page shows: %v", err)) // it was checked on arrival
		}
		parts[name] = encoded
	}
	put("clock", map[string]int64{"ahead": d.Clock.Ahead().Milliseconds()})
	put("people", d.peopleParts())
	put("channels", d.channelParts(user))
	put("figures", d.figuresPart())
	put("log", d.Log.Lines())
	put("refusals", d.refusals())
	put("home", d.Slack.Home(user))
	put("modal", d.modalPart(user))
	files := map[string]fakeslack.File{}
	for _, f := range d.Slack.Files() {
		files[f.ID] = f
	}
	for _, m := range d.visibleMessages(user) {
		put("m:"+m.Channel+":"+m.TS, messageOf(m, files))
	}
	return parts
}

func (d *Demo) peopleParts() []personPart {
	var all []personPart
	for _, u := range d.Slack.Users() {
		all = append(all, personPart{u.ID, u.Name, u.RealName, u.TZ, u.Locale, d.Slack.DM(u.ID)})
	}
	return all
}

func (d *Demo) channelParts(user string) []channelPart {
	all := []channelPart{}
	for _, c := range d.Slack.Channels() {
		if slices.Contains(c.Members, user) {
			all = append(all, channelPart{c.ID, c.Name, c.Private, c.IM, c.HasBot})
		}
	}
	return all
}

func (d *Demo) visibleMessages(user string) []fakeslack.Message {
	var all []fakeslack.Message
	for _, c := range d.Slack.Channels() {
		if slices.Contains(c.Members, user) {
			seen := d.Slack.Sees(user, c.ID)
			all = append(all, seen[max(0, len(seen)-shownMessages):]...)
		}
	}
	return all
}

func messageOf(m fakeslack.Message, files map[string]fakeslack.File) messagePart {
	part := messagePart{
		Channel: m.Channel, TS: m.TS, Thread: m.ThreadTS, Broadcast: m.Broadcast, From: m.From, Only: m.Ephemeral(),
		Edited: len(m.Versions) > 0, Deleted: m.Deleted, Text: m.Text, Blocks: m.Blocks,
	}
	for _, id := range m.Files {
		f := files[id]
		part.Files = append(part.Files, filePart{id, f.Name, f.Title, len(f.Content)})
	}
	return part
}

// modalPart returns the open modal of user, or nil.
func (d *Demo) modalPart(user string) *modalPart {
	v, open := d.Slack.Modal(user)
	if !open {
		return nil
	}
	return &modalPart{v.ID, v.Hash, v.Title, v.SubmitLabel, v.CloseLabel, v.Blocks, v.State, v.Errors}
}
