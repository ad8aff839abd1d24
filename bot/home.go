package bot

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
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
	// digestsOnPage keep a Home tab readable, and below Slack's 100 blocks: there are three of each digest.
	digestsOnPage = 20
	// homeExamples are enough to begin with; help has them all.
	homeExamples = 3
	// maxChannels of a person are looked at for digests.
	maxChannels = 1000
)

// drawHome draws the Home tab of the person of j, with what an action has to say on top.
func (b *Bot) drawHome(ctx context.Context, j job, said Message) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	page := homeTab{}
	if j.home != nil {
		page = *j.home
	}
	blocks := b.homeBlocks(ctx, b.recognise(ctx, j), said, &page)
	view := slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, PrivateMetadata: string(mustMarshal(page)), Blocks: slack.Blocks{BlockSet: blocks},
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
	return b.digests.Engine.Book.List(ctx, user, channels...)
}

// homeBlocks are what catbot is and what it can be asked, what an action had to say, the digests, the aliases; as far as the
// person of j may have them.
func (b *Bot) homeBlocks(ctx context.Context, j job, said Message, on *homeTab) []slack.Block {
	w, help := j.words, j.words.Help("")
	if j.may.refusal != "" {
		return []slack.Block{section(say(j.may.refusal))}
	}
	ask := slack.NewButtonBlockElement(pushAsk, "", plainText(w.HomeAsk())).WithStyle(slack.StylePrimary)
	blocks := []slack.Block{header(help.Title), section(say(help.Intro)), section(examples(help.Examples[:homeExamples]))}
	if j.may.limit != "" {
		blocks = append(append(blocks, actions("ask", ask)...), section(say(j.may.limit)))
	} else {
		blocks = append(blocks, actions("ask", ask, slack.NewButtonBlockElement(pushDigest, "", plainText(w.HomeNew())))...)
	}
	if said.Text != "" {
		blocks = append(append(blocks, slack.NewDividerBlock()), said.Rich...)
	}
	if j.may.limit == "" {
		blocks = append(append(blocks, slack.NewDividerBlock()), b.homeDigests(ctx, j, on)...)
		blocks = append(append(blocks, slack.NewDividerBlock()), b.homeAliases(w)...)
	}
	return append(blocks, contextLine(w.MoreHelp(slash("help"))))
}

// homeDigests are the digests of a page, which becomes the last there is when there are fewer.
func (b *Bot) homeDigests(ctx context.Context, j job, on *homeTab) []slack.Block {
	w := j.words
	all, err := b.digestsOf(ctx, j)
	if err != nil {
		trouble, _ := b.digestTrouble(j, "", err)
		return trouble.Rich
	}
	if len(all) == 0 {
		return []slack.Block{section(say(w.HomeNoDigests()))}
	}
	pages := (len(all) + digestsOnPage - 1) / digestsOnPage
	page := min(max(on.Page, 0), pages-1)
	on.Page = page
	blocks := []slack.Block{header(w.HomeDigests(len(all)))}
	shown := all[page*digestsOnPage : min(len(all), (page+1)*digestsOnPage)]
	for _, d := range shown {
		blocks = append(blocks, section(digestLines(d, w)))
		blocks = append(blocks, b.digestControls(j, d)...)
	}
	if pages == 1 {
		return blocks
	}
	var turns []slack.BlockElement
	if page > 0 {
		turns = append(turns, button(pushPage+":back", w.HomePrevious(), itoa(int64(page-1))))
	}
	if page < pages-1 {
		turns = append(turns, button(pushPage+":on", w.HomeNext(), itoa(int64(page+1))))
	}
	return append(append(blocks, contextLine(say(w.HomePage(page+1, pages)))), actions("pages", turns...)...)
}

// digestControls are what the person of j may do with d.
func (b *Bot) digestControls(j job, d digest.Digest) []slack.Block {
	w := j.words
	var buttons []slack.BlockElement
	if d.Broken == "" {
		buttons = append(buttons, button(pushRun, w.HomeRun(), commands.DigestDo{Verb: "run", ID: d.ID}.String()))
	}
	if b.mayChange(j, d) {
		switch {
		case d.Broken != "":
		case d.Paused != nil:
			buttons = append(buttons, button(pushResume, w.HomeResume(), commands.DigestDo{Verb: "resume", ID: d.ID}.String()))
		default:
			buttons = append(buttons, button(pushPause, w.HomePause(), commands.DigestDo{Verb: "pause", ID: d.ID}.String()))
		}
		if d.Broken == "" {
			buttons = append(buttons, button(pushDigest+":"+d.ID, w.HomeEdit(), commands.DigestDo{Verb: "show", ID: d.ID}.String()))
		}
		remove := slack.NewButtonBlockElement(pushRemove, commands.DigestDo{Verb: "remove", ID: d.ID}.String(), plainText(w.HomeRemove())).WithStyle(slack.StyleDanger)
		remove.Confirm = slack.NewConfirmationBlockObject(plainText(w.SureToRemove()), plainTextUpTo(w.RemoveFor(d.ID), 300), plainText(w.HomeRemove()), plainText(w.Keep()))
		buttons = append(buttons, remove)
	}
	return actions("digest:"+d.ID, buttons...)
}

func (b *Bot) homeAliases(w i18n.Phrases) []slack.Block {
	known := b.names.Aliases()
	blocks := []slack.Block{header(w.HomeAliases())}
	if len(known) == 0 {
		return append(blocks, section(say(w.NoAliases())+" "+say(w.ToAddOne())+" "+slash("alias set shop 126531")))
	}
	return append(blocks, section(b.aliasText(known, slices.Sorted(maps.Keys(known)), w)))
}
