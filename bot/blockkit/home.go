package blockkit

import (
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

const (
	// digestsPerPage keeps the Home tab readable and below Slack's limit of 100 blocks: a digest has three.
	digestsPerPage = 20
	// homeExamples is how many examples the Home tab shows; the help shows all.
	homeExamples = 3
)

// A Home is the content of a person's Home tab.
type Home struct {
	Refusal   string  // why the person gets no answers, the only text then; empty when they do
	Limit     string  // why the person gets no digests and lists of tasks; empty when they do
	Result    Message // of the person's last action on the tab; may be empty
	Digests   []digest.Digest
	MayChange func(digest.Digest) bool // whether the person may change a digest
	Trouble   *Message                 // shown in place of the digests when they can't be read
	Page      int                      // of the digests, from 0; see ClampPage
	Aliases   TaskAliases
}

func (h *Home) pages() int { return (len(h.Digests) + digestsPerPage - 1) / digestsPerPage }

// ClampPage limits Page to the pages that exist.
func (h *Home) ClampPage() { h.Page = max(0, min(h.Page, h.pages()-1)) }

// Blocks returns the blocks of the tab: what catbot does, the result of an action, the digests, the aliases.
func (h *Home) Blocks(w i18n.Phrases) []slack.Block {
	if h.Refusal != "" {
		return []slack.Block{section(mrkdwn(h.Refusal))}
	}
	help := w.Help("", time.Time{})
	help.Examples = help.Examples[:homeExamples]
	ask := slack.NewButtonBlockElement(ActionAsk, "", plainText(w.HomeAsk())).WithStyle(slack.StylePrimary)
	blocks := []slack.Block{
		header(help.Title), section(mrkdwn(help.Intro)), section(examples(help)),
	}
	if h.Limit != "" {
		blocks = append(append(blocks, actions("ask", ask)...), section(mrkdwn(h.Limit)))
	} else {
		blocks = append(blocks, actions("ask", ask, slack.NewButtonBlockElement(ActionDigest, "", plainText(w.HomeNew())))...)
	}
	if h.Result.Text != "" {
		blocks = append(append(blocks, slack.NewDividerBlock()), h.Result.Rich...)
	}
	if h.Limit == "" {
		blocks = append(append(blocks, slack.NewDividerBlock()), h.digestBlocks(w)...)
		blocks = append(append(blocks, slack.NewDividerBlock()), homeAliases(h.Aliases, w)...)
	}
	return append(blocks, contextLine(w.MoreHelp(slash("help"))))
}

// digestBlocks returns the digests of one page and the buttons to turn the page.
func (h *Home) digestBlocks(w i18n.Phrases) []slack.Block {
	switch {
	case h.Trouble != nil:
		return h.Trouble.Rich
	case len(h.Digests) == 0:
		return []slack.Block{section(mrkdwn(w.HomeNoDigests()))}
	}
	blocks := []slack.Block{header(w.HomeDigests(len(h.Digests)))}
	all := burningFirst(h.Digests)
	for _, d := range all[h.Page*digestsPerPage : min(len(all), (h.Page+1)*digestsPerPage)] {
		blocks = append(blocks, section(digestLines(d, w)))
		if isBurning(d) {
			i := *d.State.Incident
			i.Mute = d.Muted
			blocks = append(blocks, actions("incident:"+d.ID, incidentButtons(d, i, w)...)...)
		}
		blocks = append(blocks, digestControls(d, h.MayChange(d), w)...)
	}
	if h.pages() == 1 {
		return blocks
	}
	var pageButtons []slack.BlockElement
	if h.Page > 0 {
		pageButtons = append(pageButtons, button(ActionPage+":back", w.HomePrevious(), itoa(int64(h.Page-1))))
	}
	if h.Page < h.pages()-1 {
		pageButtons = append(pageButtons, button(ActionPage+":on", w.HomeNext(), itoa(int64(h.Page+1))))
	}
	blocks = append(blocks, contextLine(mrkdwn(w.HomePage(h.Page+1, h.pages()))))
	return append(blocks, actions("pages", pageButtons...)...)
}

// digestControls returns the buttons under a digest.
func digestControls(d digest.Digest, mayChange bool, w i18n.Phrases) []slack.Block {
	var buttons []slack.BlockElement
	if d.Broken == "" {
		buttons = append(buttons, button(ActionRun, w.HomeRun(), commands.DigestDo{Verb: "run", ID: d.ID}.String()))
	}
	if mayChange {
		switch {
		case d.Broken != "":
		case d.Paused != nil:
			buttons = append(buttons, button(ActionResume, w.HomeResume(), commands.DigestDo{Verb: "resume", ID: d.ID}.String()))
		default:
			buttons = append(buttons, button(ActionPause, w.HomePause(), commands.DigestDo{Verb: "pause", ID: d.ID}.String()))
		}
		if d.Broken == "" {
			show := commands.DigestDo{Verb: "show", ID: d.ID}
			buttons = append(buttons, button(ActionDigest+":"+d.ID, w.HomeEdit(), show.String()))
		}
		command := commands.DigestDo{Verb: "remove", ID: d.ID}
		remove := slack.NewButtonBlockElement(ActionRemove, command.String(), plainText(w.HomeRemove()))
		remove.Confirm = slack.NewConfirmationBlockObject(plainText(w.SureToRemove()),
			plainTextUpTo(w.RemoveFor(d.ID), 300), plainText(w.HomeRemove()), plainText(w.Keep()))
		buttons = append(buttons, remove.WithStyle(slack.StyleDanger))
	}
	return actions("digest:"+d.ID, buttons...)
}

func homeAliases(a TaskAliases, w i18n.Phrases) []slack.Block {
	blocks := []slack.Block{header(w.HomeAliases())}
	if len(a.Tasks) == 0 {
		return append(blocks, section(mrkdwn(w.NoAliases())+" "+mrkdwn(w.ToAddOne())+" "+slash("alias set shop 126531")))
	}
	return append(blocks, section(a.text(w)))
}
