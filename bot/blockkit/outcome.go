package blockkit

import (
	"catbot/digest"
	"catbot/i18n"
)

// outcomeText says how a slot ended.
func outcomeText(r digest.Result, w i18n.Phrases) string {
	reason := refusalText(r.Reason, w)
	if r.Trouble != nil {
		reason = w.Trouble(*r.Trouble)
	}
	switch r.Outcome {
	case digest.Posted:
		return w.EndedPosted(r.Total)
	case digest.Crossed:
		return w.EndedOver(r.Total)
	case digest.Recovered:
		return w.EndedRecovered(r.Total)
	case digest.Reminded:
		return w.EndedReminded(r.Total)
	case digest.WasOver:
		return w.EndedWasOver(r.Total)
	case digest.Pending:
		return w.EndedPending(r.Total)
	case digest.Silenced:
		return w.EndedSilenced(r.Total)
	case digest.Quiet:
		return w.EndedQuiet(r.Total)
	case digest.NoAnswer:
		return w.EndedUnanswered(reason)
	case digest.Unwatched:
		return w.EndedUnknown(reason)
	case digest.Overtaken:
		return w.EndedOvertaken()
	case digest.Abandoned:
		return w.EndedAbandoned()
	case digest.Stopped, digest.TooLate:
		return w.EndedUnposted(reason)
	}
	return w.EndedFailed(reason)
}

// refusalText explains why Slack did not accept a post. code is Slack's error code or a reason of package digest. An
// unknown code is returned as it is. Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors
func refusalText(code string, w i18n.Phrases) string {
	switch code {
	case "not_in_channel":
		return w.BotNotInChannel()
	case "channel_not_found":
		return w.ChannelGone()
	case "is_archived":
		return w.ArchivedChannel()
	case "restricted_action":
		return w.PostingRestricted()
	case "token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed":
		return w.TokenRefused(code)
	case digest.ReasonUnreachable:
		return w.SlackUnreachable()
	case digest.ReasonTooOld:
		return w.TooOldToPost()
	case digest.ReasonNotAllowed:
		return w.DigestsNotAllowed()
	case digest.ReasonDamaged:
		return w.PauseDamaged()
	}
	return code
}
