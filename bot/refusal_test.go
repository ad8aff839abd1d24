package bot

import (
	"errors"
	"net"
	"testing"

	"github.com/slack-go/slack"

	"catbot/digest"
)

func TestARefusalTurnsAwayAMessageAChannelOrTheBot(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want digest.Refused
	}{
		{slack.SlackErrorResponse{Err: "is_archived"}, digest.OfChannel},
		{slack.SlackErrorResponse{Err: "channel_not_found"}, digest.OfChannel},
		{slack.SlackErrorResponse{Err: "msg_too_long"}, digest.OfMessage},
		{slack.SlackErrorResponse{Err: "a_word_of_tomorrow"}, digest.OfMessage},
		{slack.SlackErrorResponse{Err: "token_revoked"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "account_inactive"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "invalid_auth"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "not_authed"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "missing_scope"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "org_login_required"}, digest.OfBot},
		{slack.SlackErrorResponse{Err: "rate_limited"}, digest.OfBot},
		{&unsentError{errors.New("connection refused")}, digest.OfBot},
	} {
		refusal, ok := errors.AsType[*digest.Refusal](refusalOf(tc.err))
		if !ok || refusal.Of != tc.want {
			t.Errorf("%v turns away %+v, want %d", tc.err, refusal, tc.want)
		}
	}
	for _, doubt := range []error{slack.SlackErrorResponse{Err: "internal_error"}, &net.OpError{Op: "read", Err: errors.New("reset")}} {
		if _, ok := errors.AsType[*digest.Refusal](refusalOf(doubt)); ok {
			t.Errorf("%v is taken for a refusal", doubt)
		}
	}
}
