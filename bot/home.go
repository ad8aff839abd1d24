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

// maxChannels of a person are looked at for digests.
const maxChannels = 1000

// A homeHandler draws the Home tab.
type homeHandler struct {
	*core
	digests *digestHandler
}

// draw draws the Home tab of the person of r, with what an action has to say on top.
func (h *homeHandler) draw(ctx context.Context, r *request, said blockkit.Message) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	page := homeTab{}
	if r.home != nil {
		page = *r.home
	}
	h.identify(ctx, r)
	home := blockkit.Home{
		Refusal: r.access.refusal, Limit: r.access.limit, Result: said, Page: page.Page, Aliases: h.aliases(h.names.Aliases()),
		MayChange: func(d digest.Digest) bool { return h.digests.mayChange(r, d) },
	}
	if home.Refusal == "" && home.Limit == "" {
		h.addDigests(ctx, r, &home)
	}
	page.Page = home.Page
	view := slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, PrivateMetadata: string(mustMarshal(page)), Blocks: slack.Blocks{BlockSet: home.Blocks(r.words)},
	}
	err := patiently(ctx, false, func(ctx context.Context) error {
		_, err := h.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: r.to.User, View: view})
		return err
	})
	if err != nil {
		h.log.Warn("the home tab was not drawn", "user", r.to.User, "error", detail(err))
		return "failed"
	}
	return "answered"
}

// addDigests puts the digests that the person of r may see on their Home tab.
func (h *homeHandler) addDigests(ctx context.Context, r *request, home *blockkit.Home) {
	all, err := h.digestsOf(ctx, r)
	if err != nil {
		trouble, _ := h.digests.digestTrouble(r, "", err)
		home.Trouble = &trouble
		return
	}
	home.Digests = all
	home.ClampPage()
}

// digestsOf lists the digests of the person of r and those of the channels that they share with catbot.
func (h *homeHandler) digestsOf(ctx context.Context, r *request) ([]digest.Digest, error) {
	user := r.to.User
	ask := &slack.GetConversationsForUserParameters{UserID: user, Types: []string{"public_channel", "private_channel"}, Limit: 200, ExcludeArchived: true}
	if h.self.Enterprise != "" { // Slack wants it of an app that is installed for the whole organisation
		ask.TeamID = h.people.ask(ctx, user).of.team
	}
	var channels []string
	for len(channels) < maxChannels {
		page, next, err := h.api.GetConversationsForUserContext(ctx, ask)
		if err != nil {
			h.log.Warn("a person's channels were not looked at", "user", user, "error", withoutURL(err))
			break // their own digests are shown all the same
		}
		for _, channel := range page {
			channels = append(channels, channel.ID)
		}
		if ask.Cursor = next; next == "" {
			break
		}
	}
	return h.digests.config.Engine.Store.List(ctx, user, channels...)
}
