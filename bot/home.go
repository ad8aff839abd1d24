package bot

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/digest"
)

// A homeTab is what somebody looks at on their Home tab. The view carries it, so that an action keeps the page.
type homeTab struct {
	Page int `json:"page,omitempty"` // of the digests, from 0
}

func readHome(metadata string) *homeTab {
	h := &homeTab{}
	_ = json.Unmarshal([]byte(metadata), h) // what can't be read is of another time: the first page
	return h
}

func (h *homeTab) turn(to string) { h.Page, _ = strconv.Atoi(to) }

const (
	// maxChannels of a person are looked at for digests.
	maxChannels = 1000
)

// drawHome draws the Home tab of the person of j, with what an action has to say on top.
func (b *Bot) drawHome(ctx context.Context, j job, said blockkit.Message) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	page := homeTab{}
	if j.home != nil {
		page = *j.home
	}
	j = b.recognise(ctx, j)
	home := blockkit.Home{
		Refusal: j.may.refusal, Limit: j.may.limit, Result: said, Page: page.Page, Aliases: b.aliases(b.names.Aliases()),
		MayChange: func(d digest.Digest) bool { return b.mayChange(j, d) },
	}
	if home.Refusal == "" && home.Limit == "" {
		b.addDigests(ctx, j, &home)
	}
	page.Page = home.Page
	view := slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, PrivateMetadata: string(mustMarshal(page)), Blocks: slack.Blocks{BlockSet: home.Blocks(j.words)},
	}
	err := patiently(ctx, false, func(ctx context.Context) error {
		_, err := b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: j.to.User, View: view})
		return err
	})
	if err != nil {
		b.log.Warn("the home tab was not drawn", "user", j.to.User, "error", detail(err))
		return "failed"
	}
	return "answered"
}

// addDigests puts the digests that the person of j may see on their Home tab.
func (b *Bot) addDigests(ctx context.Context, j job, home *blockkit.Home) {
	all, err := b.digestsOf(ctx, j)
	if err != nil {
		trouble, _ := b.digestTrouble(j, "", err)
		home.Trouble = &trouble
		return
	}
	home.Digests = all
	home.ClampPage()
}

// digestsOf lists the digests of the person of j and those of the channels that they share with catbot.
func (b *Bot) digestsOf(ctx context.Context, j job) ([]digest.Digest, error) {
	user := j.to.User
	ask := &slack.GetConversationsForUserParameters{UserID: user, Types: []string{"public_channel", "private_channel"}, Limit: 200, ExcludeArchived: true}
	if b.self.Enterprise != "" { // Slack wants it of an app that is installed for the whole organisation
		ask.TeamID = b.people.ask(ctx, user).of.team
	}
	var channels []string
	for len(channels) < maxChannels {
		page, next, err := b.api.GetConversationsForUserContext(ctx, ask)
		if err != nil {
			b.log.Warn("a person's channels were not looked at", "user", user, "error", withoutURL(err))
			break // their own digests are shown all the same
		}
		for _, channel := range page {
			channels = append(channels, channel.ID)
		}
		if ask.Cursor = next; next == "" {
			break
		}
	}
	return b.digests.Engine.Store.List(ctx, user, channels...)
}
