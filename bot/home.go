package bot

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/digest"
)

// A homeTab is the state of a person's Home tab. The view's metadata carries it, so an action keeps the page.
type homeTab struct {
	Page int `json:"page,omitempty"` // of the digests, from 0
}

func parseHomeTab(metadata string) *homeTab {
	h := &homeTab{}
	_ = json.Unmarshal([]byte(metadata), h) // metadata of another version means the first page
	return h
}

func (h *homeTab) setPage(to string) { h.Page, _ = strconv.Atoi(to) }

// maxChannels bounds the channels of a person whose digests are listed.
const maxChannels = 1000

// A homeHandler publishes the Home tab.
type homeHandler struct {
	*core
	digests *digestHandler
}

// publish publishes the Home tab of the person of r, with the result of an action at the top.
func (h *homeHandler) publish(ctx context.Context, r *request, result blockkit.Message) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	page := homeTab{}
	if r.home != nil {
		page = *r.home
	}
	h.identify(ctx, r)
	home := blockkit.Home{
		Refusal: r.access.refusal, Limit: r.access.limit, Result: result, Page: page.Page,
		Aliases:   h.aliases(h.tasks.Aliases()),
		MayChange: func(d digest.Digest) bool { return h.digests.mayChange(r, d) },
	}
	if home.Refusal == "" && home.Limit == "" {
		h.addDigests(ctx, r, &home)
	}
	page.Page = home.Page
	view := slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, PrivateMetadata: string(mustMarshal(page)),
		Blocks: slack.Blocks{BlockSet: home.Blocks(r.words)},
	}
	err := retry(ctx, false, func(ctx context.Context) error {
		_, err := h.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: r.to.User, View: view})
		return err
	})
	if err != nil {
		h.log.Warn("publishing the home tab failed", "user", r.to.User, "error", detail(err))
		return "failed"
	}
	return "answered"
}

// addDigests adds the digests that the person of r may see.
func (h *homeHandler) addDigests(ctx context.Context, r *request, home *blockkit.Home) {
	all, err := h.visibleDigests(ctx, r)
	if err != nil {
		trouble, _ := h.digests.explainError(r, "", err)
		home.Trouble = &trouble
		return
	}
	home.Digests = all
	home.ClampPage()
}

// visibleDigests lists the digests of the person of r, and those of the channels that they share with catbot.
func (h *homeHandler) visibleDigests(ctx context.Context, r *request) ([]digest.Digest, error) {
	channels, err := h.sharedChannels(ctx, r)
	if err != nil { // the person's own digests are shown without it
		h.log.Warn("users.conversations failed", "user", r.to.User, "error", withoutURL(err))
	}
	return h.digests.config.Engine.Store.List(ctx, r.to.User, channels...)
}

// sharedChannels returns the channels that the person of r and catbot share, or those that were read before err.
func (h *homeHandler) sharedChannels(ctx context.Context, r *request) (channels []string, err error) {
	params := &slack.GetConversationsForUserParameters{
		UserID: r.to.User, Types: []string{"public_channel", "private_channel"}, Limit: 200, ExcludeArchived: true,
	}
	if h.self.Enterprise != "" { // required for an app that is installed for the whole organisation
		params.TeamID = h.people.lookUp(ctx, r.to.User).membership.team
	}
	for len(channels) < maxChannels {
		page, next, err := h.api.GetConversationsForUserContext(ctx, params)
		if err != nil {
			return channels, err
		}
		for _, channel := range page {
			channels = append(channels, channel.ID)
		}
		if params.Cursor = next; next == "" {
			break
		}
	}
	return channels, nil
}
