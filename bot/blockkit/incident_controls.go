package blockkit

import (
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

// incidentControls returns the controls under the message of an incident. One that is over leaves the questions.
func incidentControls(d digest.Digest, i digest.Incident, w i18n.Phrases) []slack.Block {
	begin, _ := d.Add.Command.Window.Resolve(i.Begin) // of the first window over the limits
	if !i.IsOpen() {
		return actions("incident", questionMenu(d.Add.Command, commands.FromTo(begin, endOf(i)), w))
	}
	questions := questionMenu(d.Add.Command, commands.SinceTime(begin), w)
	return actions("incident", append(incidentButtons(d, i, w), questions)...)
}

// incidentButtons returns the buttons to take an open incident, and to mute or unmute its digest.
func incidentButtons(d digest.Digest, i digest.Incident, w i18n.Phrases) []slack.BlockElement {
	mute := muteMenu(d.ID, w)
	if i.Mute != nil {
		mute = button(ActionUnmute, w.UnmuteButton(), unmuteCommand(d, *i.Mute).String())
	}
	return []slack.BlockElement{button(ActionTake, w.TakeButton(), commands.IncidentTake{ID: i.ID}.String()), mute}
}

// muteMenu offers to silence a digest.
func muteMenu(id string, w i18n.Phrases) slack.BlockElement {
	p := &Options{}
	for _, length := range []time.Duration{time.Hour, 4 * time.Hour} {
		mute := commands.DigestMute{ID: id, MuteEnd: commands.MuteEnd{For: length}}
		p.Add(w.MuteFor(length), mute.String(), false)
	}
	tomorrow := commands.DigestMute{ID: id, MuteEnd: commands.MuteEnd{Tomorrow: true, Clock: 9 * time.Hour}}
	p.Add(w.MuteUntilTomorrow("09:00"), tomorrow.String(), false)
	return p.element(ActionMute, w.MutePick())
}

// unmuteCommand ends m, which is of d itself or of its channel.
func unmuteCommand(d digest.Digest, m digest.Mute) commands.DigestUnmute {
	if d.Muted != nil && d.Muted.Until.Equal(m.Until) {
		return commands.DigestUnmute{ID: d.ID}
	}
	return commands.DigestUnmute{}
}

// questionMenu offers the next questions about an incident's window.
func questionMenu(c commands.Codes, window commands.Window, w i18n.Phrases) slack.BlockElement {
	if len(c.Tasks) == 0 {
		return nil
	}
	c.Window, c.Compare, c.Show, c.Public = window, commands.NoBaseline, commands.Summary, false
	p := &Options{}
	p.Add(w.MoreReasonsOf(), c.String(), false)
	if len(c.Tasks)*max(1, len(c.Provinces)) <= commands.MaxTrendParts {
		p.Add(w.MoreTrend(), commands.Trend{Codes: onlyTrend(c)}.String(), false)
	}
	compared, rows := c, c
	compared.Compare, rows.Show = commands.JustBefore, commands.Rows
	p.Add(w.MoreCompare(), compared.String(), false)
	p.Add(w.MoreRows(), rows.String(), false)
	return p.element(ActionMore, w.MorePick())
}
