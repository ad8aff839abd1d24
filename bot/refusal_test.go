package bot

import (
	"errors"
	"net"
	"testing"

	"github.com/slack-go/slack"

	"catbot/digest"
)

func TestRefusalIsOfMessageChannelOrBot(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want digest.RefusalScope
	}{
		{slack.SlackErrorResponse{Err: "is_archived"}, digest.ScopeChannel},
		{slack.SlackErrorResponse{Err: "channel_not_found"}, digest.ScopeChannel},
		{slack.SlackErrorResponse{Err: "msg_too_long"}, digest.ScopeMessage},
		{slack.SlackErrorResponse{Err: "a_word_of_tomorrow"}, digest.ScopeMessage},
		{slack.SlackErrorResponse{Err: "token_revoked"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "account_inactive"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "invalid_auth"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "not_authed"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "missing_scope"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "org_login_required"}, digest.ScopeBot},
		{slack.SlackErrorResponse{Err: "rate_limited"}, digest.ScopeBot},
		{&unsentError{errors.New("connection refused")}, digest.ScopeBot},
	} {
		refusal, ok := errors.AsType[*digest.Refusal](refusalOf(tc.err))
		if !ok || refusal.Scope != tc.want {
			t.Errorf("%v turns away %+v, want %d", tc.err, refusal, tc.want)
		}
	}
	for _, doubt := range []error{
		slack.SlackErrorResponse{Err: "internal_error"}, &net.OpError{Op: "read", Err: errors.New("reset")},
	} {
		if _, ok := errors.AsType[*digest.Refusal](refusalOf(doubt)); ok {
			t.Errorf("%v is taken for a refusal", doubt)
		}
	}
}
