package bot

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/digest"
)

// refusals says what Slack turns away with a word; what is not listed turns away the message. The words are those of
// https://docs.slack.dev/reference/methods/chat.postMessage#errors and, for a token, of every method's page.
var refusals = map[string]digest.RefusalScope{
	// A person has to let catbot in, or to choose another channel.
	"not_in_channel":                           digest.ScopeChannel,
	"channel_not_found":                        digest.ScopeChannel, // also a private channel that catbot is not in
	"is_archived":                              digest.ScopeChannel,
	"restricted_action":                        digest.ScopeChannel, // the workspace's settings keep catbot from posting there
	"restricted_action_read_only_channel":      digest.ScopeChannel,
	"restricted_action_non_threadable_channel": digest.ScopeChannel,
	"restricted_action_thread_only_channel":    digest.ScopeChannel,
	"message_limit_exceeded":                   digest.ScopeBot, // of the workspace
	"team_access_not_granted":                  digest.ScopeBot, // an organisation has not let catbot into the workspace yet
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

// doubtful are errors of Slack's own, after which nobody knows whether a message was taken.
var doubtful = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

// refusalOf makes a *digest.Refusal of certainty that Slack did not take a message, and leaves doubt as it is.
func refusalOf(err error) error {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &digest.Refusal{Reason: "ratelimited", Wait: max(limited.RetryAfter, time.Second)}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code == http.StatusTooManyRequests {
		return &digest.Refusal{Reason: "ratelimited", Wait: 30 * time.Second}
	}
	if said, ok := errors.AsType[slack.SlackErrorResponse](err); ok && !slices.Contains(doubtful, said.Err) {
		return &digest.Refusal{Reason: said.Err, Scope: refusals[said.Err]}
	}
	if _, unsent := errors.AsType[*unsentError](err); unsent {
		return &digest.Refusal{Reason: digest.ReasonUnreachable, Scope: digest.ScopeBot}
	}
	return err
}
