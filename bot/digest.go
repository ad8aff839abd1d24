package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/digest"
)

// Digests configures the commands about digests.
type Digests struct {
	Engine   *digest.Engine
	Zone     string   // time zone of a digest that names none
	Durable  bool     // whether digests survive a restart
	Admins   []string // ids of people who may change every digest
	Channels []string // ids of channels that may have digests; none means all
}

// A digestHandler handles the commands about digests.
type digestHandler struct {
	*core
	config Digests
}

// addDigest validates d and saves it.
func (h *digestHandler) addDigest(ctx context.Context, r *request, d commands.DigestAdd) (blockkit.Message, string) {
	if d.Channel == "" {
		d.Channel = r.to.Channel
	}
	if d.Zone == "" {
		d.Zone = h.config.Zone
	}
	runs, fault := h.validate(ctx, r, d)
	if fault != nil {
		return blockkit.InChannel(fault.sentence, d.Channel), "refused"
	}
	return h.createDigest(ctx, r, d, runs)
}

// validate checks d: its channel allows digests, catbot can post there, the person is a member, and its command is
// valid at its next runs, which it returns.
func (h *digestHandler) validate(
	ctx context.Context, r *request, d commands.DigestAdd,
) (runs []time.Time, fault *fieldError) {
	if !channelAllowed(h.config.Channels, d.Channel) {
		return nil, &fieldError{blockkit.FieldChannel, r.words.ChannelNotAllowed()}
	}
	if sentence, ok := h.mayPost(ctx, r, d.Channel); !ok {
		return nil, &fieldError{blockkit.FieldChannel, sentence}
	}
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return nil, &fieldError{blockkit.FieldZone, r.words.UnknownZone(d.Zone)}
	}
	runs = nextRuns(d.Schedule, zone, h.now())
	for _, run := range runs {
		if err := h.runner.Language().Check(d.Command, run); err != nil {
			syntax, _ := errors.AsType[*commands.SyntaxError](err)
			return nil, &fieldError{blockkit.FieldCommand, r.words.NotAtItsSlots(syntax.Explain(r.words))}
		}
	}
	return runs, nil
}

// channelAllowed reports whether channel is one of allowed. An empty list allows all.
func channelAllowed(allowed []string, channel string) bool {
	return len(allowed) == 0 || slices.Contains(allowed, channel)
}

// createDigest saves a validated digest.
func (h *digestHandler) createDigest(
	ctx context.Context, r *request, d commands.DigestAdd, runs []time.Time,
) (blockkit.Message, string) {
	added, err := h.config.Engine.Store.Add(ctx, cmp.Or(r.view, r.envelope), r.to.User, d)
	if err != nil {
		return h.explainError(r, "", err)
	}
	h.log.Info("digest added", "digest", added.ID, "user", r.to.User, "channel", d.Channel, "text", d.String())
	return h.savedMessage(ctx, r, added, r.words.DigestAdded(added.ID), runs), "answered"
}

// updateDigest replaces the definition of the digest id with d.
func (h *digestHandler) updateDigest(
	ctx context.Context, r *request, id string, d commands.DigestAdd, runs []time.Time,
) (blockkit.Message, string) {
	old, err := h.editableDigest(ctx, r, id)
	if err != nil {
		return h.explainError(r, id, err)
	}
	if d.Lang == "" {
		d.Lang = old.Add.Lang
	}
	changed, err := h.config.Engine.Change(ctx, old, d)
	if err != nil {
		return h.explainError(r, id, err)
	}
	h.log.Info("digest changed", "digest", id, "user", r.to.User, "verb", "edit", "text", d.String())
	return h.savedMessage(ctx, r, changed, r.words.DigestChanged(id), runs), "answered"
}

// savedMessage tells that d was saved, when it runs next, and what may keep its condition from being right.
func (h *digestHandler) savedMessage(
	ctx context.Context, r *request, d digest.Digest, sentence string, runs []time.Time,
) blockkit.Message {
	warnings := h.conditionWarnings(ctx, d.Add, runs, r.words)
	return blockkit.DigestSaved(d, sentence, runs, warnings, h.config.Engine.Settle, h.config.Durable, r.words)
}

// editableDigest returns the digest with that id if the person of r may change it. Else it returns a notOwnerError, or
// digest.ErrUnknown when the person may not even know of it.
func (h *digestHandler) editableDigest(ctx context.Context, r *request, id string) (digest.Digest, error) {
	d, err := h.config.Engine.Store.Get(ctx, id)
	switch {
	case err != nil:
		return d, err
	case h.mayChange(r, d):
		return d, nil
	}
	sees, err := h.maySee(ctx, r, d)
	switch {
	case err != nil:
		return d, fmt.Errorf("%w: %w", errMembershipUnknown, withoutURL(err))
	case !sees:
		return d, digest.ErrUnknown
	}
	return d, &notOwnerError{d.Owner}
}

// errMembershipUnknown is returned when Slack does not say whether a person is in a digest's channel.
var errMembershipUnknown = errors.New("checking the membership of a digest's channel")

// A notOwnerError is returned when a person wants to change somebody else's digest.
type notOwnerError struct{ owner string }

func (n *notOwnerError) Error() string { return "the digest belongs to somebody else" }

// shownRuns is how many of its next runs the answer to a saved digest names.
const shownRuns = 3

func nextRuns(s commands.Schedule, zone *time.Location, after time.Time) []time.Time {
	var runs []time.Time
	for len(runs) < shownRuns {
		slot, ok := digest.Next(s, zone, after)
		if !ok {
			break
		}
		runs, after = append(runs, slot.At), slot.At
	}
	return runs
}

// mayPost reports whether catbot can post to channel and the person of r is a member. If not, sentence says why.
func (h *digestHandler) mayPost(ctx context.Context, r *request, channel string) (sentence string, ok bool) {
	if strings.HasPrefix(channel, "D") {
		return r.words.NotAChannel(), false
	}
	info, err := h.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	switch refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err)); {
	case refused && refusal.Reason == "channel_not_found":
		return r.words.NotInChannel(), false
	case refused && refusal.Reason == "missing_scope":
		return r.words.MissingScopes(), false
	case err != nil:
		h.log.Warn("conversations.info failed", "channel", channel, "error", withoutURL(err))
		return r.words.SlackTrouble(), false
	case info.IsIM || info.IsMpIM:
		return r.words.NotAChannel(), false
	case info.IsArchived:
		return r.words.ChannelArchived(), false
	case !info.IsMember:
		return r.words.NotInChannel(), false
	}
	if channel == r.to.Channel {
		return "", true // the command came from there, so the person is a member
	}
	in, err := isMember(ctx, h.api, r.to.User, channel)
	if err != nil {
		h.log.Warn("conversations.members failed", "channel", channel, "error", withoutURL(err))
		return r.words.SlackTrouble(), false
	}
	return r.words.YouAreNotInChannel(), in
}

// isMember reports whether user is in channel. It reads the first 50,000 members only.
func isMember(ctx context.Context, api *slack.Client, user, channel string) (bool, error) {
	params := &slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 1000}
	for range 50 {
		members, next, err := api.GetUsersInConversationContext(ctx, params)
		if err != nil || slices.Contains(members, user) {
			return err == nil, err
		}
		if next == "" {
			break
		}
		params.Cursor = next
	}
	return false, nil
}

// listDigests lists the digests of the channel and the person's own.
func (h *digestHandler) listDigests(
	ctx context.Context, r *request, _ commands.DigestList,
) (blockkit.Message, string) {
	all, err := h.config.Engine.Store.List(ctx, r.to.User, r.to.Channel)
	if err != nil {
		return h.explainError(r, "", err)
	}
	return blockkit.DigestList(all, r.words), "answered"
}

// changeDigest shows, runs, pauses, resumes or removes one digest, if the person may.
func (h *digestHandler) changeDigest(ctx context.Context, r *request, do commands.DigestDo) (blockkit.Message, string) {
	d, err := h.editableDigest(ctx, r, do.ID)
	if _, notOwner := errors.AsType[*notOwnerError](err); notOwner && h.anyMemberMay(ctx, do.Verb, d) {
		err = nil
	}
	if err != nil {
		return h.explainError(r, do.ID, err)
	}
	switch do.Verb {
	case "show":
		return blockkit.DigestDetails(d, r.words), "answered"
	case "run":
		if d.Broken != "" {
			return blockkit.DigestDetails(d, r.words), "refused"
		}
		err = h.config.Engine.RunNow(ctx, d, r.to.User, r.envelope)
	case "pause":
		err = h.config.Engine.Pause(ctx, d, digest.Pause{By: r.to.User, At: h.now()})
	case "resume":
		err = h.config.Engine.Store.Resume(ctx, d)
	case "remove":
		err = h.config.Engine.Remove(ctx, d)
	}
	if err != nil {
		return h.explainError(r, do.ID, err)
	}
	h.log.Info("digest changed", "digest", d.ID, "user", r.to.User, "verb", do.Verb)
	if do.Verb == "resume" {
		if d, err = h.config.Engine.Store.Get(ctx, do.ID); err != nil {
			return h.explainError(r, do.ID, err)
		}
		if d.Broken != "" {
			return blockkit.DigestDetails(d, r.words), "refused"
		}
	}
	return blockkit.DigestDone(d, do.Verb, r.words), "answered"
}

// anyMemberMay reports whether everybody in the channel of d may do verb with it. When the owner's Slack account is
// deactivated, everybody may remove it.
func (h *digestHandler) anyMemberMay(ctx context.Context, verb string, d digest.Digest) bool {
	switch verb {
	case "show", "run":
		return true
	case "remove":
		owner, err := h.api.GetUserInfoContext(ctx, d.Owner)
		if err != nil {
			h.log.Warn("users.info failed for the owner of a digest", "owner", d.Owner, "error", withoutURL(err))
		}
		return err == nil && owner.Deleted
	}
	return false
}

// mayChange reports whether the person of r owns d or is an admin.
func (h *digestHandler) mayChange(r *request, d digest.Digest) bool {
	return r.to.User == d.Owner || slices.Contains(h.config.Admins, r.to.User)
}

// maySee reports whether the person of r may know of d: its owner, an admin or a member of its channel.
func (h *digestHandler) maySee(ctx context.Context, r *request, d digest.Digest) (bool, error) {
	if h.mayChange(r, d) {
		return true, nil
	}
	return h.seesChannel(ctx, r, d.Add.Channel)
}

// seesChannel reports whether the person of r is in channel.
func (h *digestHandler) seesChannel(ctx context.Context, r *request, channel string) (bool, error) {
	if r.to.Channel == channel {
		return true, nil
	}
	in, err := isMember(ctx, h.api, r.to.User, channel)
	refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err))
	if refused && refusal.Scope == digest.ScopeChannel {
		return false, nil // catbot is not a member, so the channel may be private
	}
	return in, err
}

// explainError tells a person why a command about digests failed.
func (h *digestHandler) explainError(r *request, id string, err error) (blockkit.Message, string) {
	if notOwner, ok := errors.AsType[*notOwnerError](err); ok {
		return blockkit.NotOwner(id, notOwner.owner, r.words), "refused"
	}
	switch {
	case errors.Is(err, errMembershipUnknown):
		h.log.Warn("channel membership unknown", "envelope", r.envelope, "error", err)
		return blockkit.Sentence(r.words.MembershipNotTold()), "failed"
	case errors.Is(err, digest.ErrUnknown):
		return blockkit.Sentence(r.words.UnknownDigest(id)), "refused"
	case errors.Is(err, digest.ErrFull):
		return blockkit.Sentence(r.words.ChannelFull(digest.MaxPerChannel)), "refused"
	case errors.Is(err, digest.ErrNoTime):
		return blockkit.Sentence(r.words.NeverAgain()), "refused"
	}
	h.log.Error("digest store unavailable", "envelope", r.envelope, "error", err)
	return blockkit.Sentence(r.words.DigestsAway()), "failed"
}
