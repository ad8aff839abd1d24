package bot

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/digest"
)

// refusals maps Slack's error codes to what they concern; other codes concern the single message. Codes:
// https://docs.slack.dev/reference/methods/chat.postMessage#errors, and for tokens the page of any method.
var refusals = map[string]digest.RefusalScope{
	// A person has to invite catbot, or to choose another channel.
	"not_in_channel":                           digest.ScopeChannel,
	"channel_not_found":                        digest.ScopeChannel, // also a private channel that catbot is not in
	"is_archived":                              digest.ScopeChannel,
	"restricted_action":                        digest.ScopeChannel, // by the workspace's settings
	"restricted_action_read_only_channel":      digest.ScopeChannel,
	"restricted_action_non_threadable_channel": digest.ScopeChannel,
	"restricted_action_thread_only_channel":    digest.ScopeChannel,
	"message_limit_exceeded":                   digest.ScopeBot, // of the workspace
	"team_access_not_granted":                  digest.ScopeBot, // the organisation has not approved catbot yet
	"not_allowed_token_type":                   digest.ScopeBot, // as when two tokens were swapped
	"token_revoked":                            digest.ScopeBot,
	"token_expired":                            digest.ScopeBot,
	"account_inactive":                         digest.ScopeBot,
	"invalid_auth":                             digest.ScopeBot,
	"not_authed":                               digest.ScopeBot,
	"no_permission":                            digest.ScopeChannel, // catbot is not a member of the conversation
	"missing_scope":                            digest.ScopeBot,
	"access_denied":                            digest.ScopeBot,
	"ekm_access_denied":                        digest.ScopeBot,
	"enterprise_is_restricted":                 digest.ScopeBot,
	"org_login_required":                       digest.ScopeBot, // the workspace is being moved to an organisation
	"team_added_to_org":                        digest.ScopeBot, // the same
	"two_factor_setup_required":                digest.ScopeBot,
	"deprecated_endpoint":                      digest.ScopeBot,
	"method_deprecated":                        digest.ScopeBot,
	"accesslimited":                            digest.ScopeBot,
	"rate_limited":                             digest.ScopeBot,
	"ratelimited":                              digest.ScopeBot,
}

// goneErrors say that the message to change or to answer does not exist, or can't be changed or answered any more.
var goneErrors = []string{
	"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message",
}

// ambiguousErrors are Slack's internal errors, after which a message may have been posted or not.
var ambiguousErrors = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

// refusalOf turns err into a *digest.Refusal when Slack surely did not post the message. It returns other errors
// unchanged.
func refusalOf(err error) error {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &digest.Refusal{Reason: "ratelimited", Wait: max(limited.RetryAfter, time.Second)}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code == http.StatusTooManyRequests {
		return &digest.Refusal{Reason: "ratelimited", Wait: 30 * time.Second}
	}
	refused, ok := errors.AsType[slack.SlackErrorResponse](err)
	if ok && !slices.Contains(ambiguousErrors, refused.Err) {
		return &digest.Refusal{
			Reason: refused.Err, Scope: refusals[refused.Err], Gone: slices.Contains(goneErrors, refused.Err),
		}
	}
	if _, unsent := errors.AsType[*unsentError](err); unsent {
		return &digest.Refusal{Reason: digest.ReasonUnreachable, Scope: digest.ScopeBot}
	}
	return err
}
