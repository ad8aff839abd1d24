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
var refusals = map[string]digest.Refused{
	// A person has to let catbot in, or to choose another channel.
	"not_in_channel":                           digest.OfChannel,
	"channel_not_found":                        digest.OfChannel, // also a private channel that catbot is not in
	"is_archived":                              digest.OfChannel,
	"restricted_action":                        digest.OfChannel, // the workspace's settings keep catbot from posting there
	"restricted_action_read_only_channel":      digest.OfChannel,
	"restricted_action_non_threadable_channel": digest.OfChannel,
	"restricted_action_thread_only_channel":    digest.OfChannel,
	"message_limit_exceeded":                   digest.OfBot, // of the workspace
	"team_access_not_granted":                  digest.OfBot, // an organisation has not let catbot into the workspace yet
	"not_allowed_token_type":                   digest.OfBot, // as when two tokens were swapped
	"token_revoked":                            digest.OfBot,
	"token_expired":                            digest.OfBot,
	"account_inactive":                         digest.OfBot,
	"invalid_auth":                             digest.OfBot,
	"not_authed":                               digest.OfBot,
	"no_permission":                            digest.OfChannel, // catbot is not a member of the conversation
	"missing_scope":                            digest.OfBot,
	"access_denied":                            digest.OfBot,
	"ekm_access_denied":                        digest.OfBot,
	"enterprise_is_restricted":                 digest.OfBot,
	"org_login_required":                       digest.OfBot, // the workspace is being moved to an organisation
	"team_added_to_org":                        digest.OfBot, // the same
	"two_factor_setup_required":                digest.OfBot,
	"deprecated_endpoint":                      digest.OfBot,
	"method_deprecated":                        digest.OfBot,
	"accesslimited":                            digest.OfBot,
	"rate_limited":                             digest.OfBot,
	"ratelimited":                              digest.OfBot,
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
		return &digest.Refusal{Reason: said.Err, Of: refusals[said.Err]}
	}
	if _, unsent := errors.AsType[*unsentError](err); unsent {
		return &digest.Refusal{Reason: digest.ReasonUnreachable, Of: digest.OfBot}
	}
	return err
}
