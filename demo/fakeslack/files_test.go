package fakeslack_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestSlackGoUploadsAFile(t *testing.T) {
	w := town(t, fakeslack.Options{})
	api := client(t, w)
	parent := show(t, w, `[{"type":"divider"}]`)
	dm, _, _, err := api.OpenConversationContext(within(t),
		&slack.OpenConversationParameters{Users: []string{fakeslack.Wei}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		upload slack.UploadFileParameters
		sees   string // who sees it
	}{
		{"into a channel", slack.UploadFileParameters{Channel: fakeslack.Ops, Title: "Codes", InitialComment: "982 failures"},
			fakeslack.Sam},
		{"into a thread", slack.UploadFileParameters{Channel: fakeslack.Ops, ThreadTimestamp: parent.TS}, fakeslack.Sam},
		{"to a person", slack.UploadFileParameters{Channel: dm.ID}, fakeslack.Wei},
		{"to nobody yet", slack.UploadFileParameters{}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := len(w.Messages())
			up := tc.upload
			up.Filename, up.Content, up.FileSize = "codes.csv", "isp,code\n移动,5\n", len("isp,code\n移动,5\n")
			shared, err := api.UploadFileContext(within(t), up)
			if err != nil {
				t.Fatal(err)
			}
			all := w.Files()
			f := all[len(all)-1]
			title := tc.upload.Title
			if title == "" {
				title = "codes.csv"
			}
			if !regexp.MustCompile(`^F[A-Z0-9]{8,}$`).MatchString(f.ID) || f.ID != shared.ID || f.Name != "codes.csv" ||
				f.Title != title ||
				string(f.Content) != up.Content || f.Channel != up.Channel || f.ThreadTS != up.ThreadTimestamp {
				t.Errorf("the file is %+v", f)
			}
			if tc.sees == "" {
				if len(w.Messages()) != before {
					t.Error("a message was posted")
				}
				return
			}
			seen := w.Sees(tc.sees, up.Channel)
			m := seen[len(seen)-1]
			if fmt.Sprint(m.Files) != "["+f.ID+"]" || m.TS != f.TS || m.Text != up.InitialComment ||
				m.ThreadTS != up.ThreadTimestamp || m.From != fakeslack.BotUserID {
				t.Errorf("the message is %+v", m)
			}
		})
	}
}

func TestWhatFilesRefuse(t *testing.T) {
	w := town(t, fakeslack.Options{Scopes: []string{"files:write", "im:write", "chat:write", "chat:write.public"}})
	begin := func(t *testing.T, arrives bool) string {
		var got struct {
			ID  string `json:"file_id"`
			URL string `json:"upload_url"`
		}
		if err := json.Unmarshal(answer(t, w, "files.getUploadURLExternal", w.BotToken(), "filename=a.csv&length=3"),
			&got); err != nil {
			t.Fatal(err)
		}
		if arrives {
			if status, body := post(t, got.URL, "abc"); status != 200 || body != "OK - 3" {
				t.Fatalf("the upload was answered %d %s", status, body)
			}
		}
		return got.ID
	}
	here := `[{"id":"` + begin(t, true) + `","title":"A"}]`
	done := begin(t, true)
	call(t, w, "files.completeUploadExternal", form, w.BotToken(),
		url.Values{"files": {`[{"id":"` + done + `"}]`}}.Encode())
	for _, tc := range []struct {
		name, method string
		args         url.Values
		want         string
	}{
		{"a file without a name", "files.getUploadURLExternal", url.Values{"length": {"3"}}, "invalid_arguments"},
		{"a file without a length", "files.getUploadURLExternal", url.Values{"filename": {"a.csv"}}, "invalid_arguments"},
		{"an empty file", "files.getUploadURLExternal", url.Values{"filename": {"a.csv"}, "length": {"0"}},
			"invalid_arguments"},
		{"no files", "files.completeUploadExternal", url.Values{"files": {`[]`}}, "invalid_arguments"},
		{"a file that is not there", "files.completeUploadExternal", url.Values{"files": {`[{"id":"F0NONE"}]`}},
			"file_not_found"},
		{"a file that has not arrived", "files.completeUploadExternal",
			url.Values{"files": {`[{"id":"` + begin(t, false) + `"}]`}}, "file_not_found"},
		{"a file that was completed", "files.completeUploadExternal", url.Values{"files": {`[{"id":"` + done + `"}]`}},
			"file_not_found"},
		{"a channel without the bot", "files.completeUploadExternal",
			url.Values{"files": {here}, "channel_id": {fakeslack.General}}, "not_in_channel"},
		{"a private channel without the bot", "files.completeUploadExternal",
			url.Values{"files": {here}, "channel_id": {fakeslack.WarRoom}}, "channel_not_found"},
		{"a person's id", "files.completeUploadExternal", url.Values{"files": {here}, "channel_id": {fakeslack.Wei}},
			"channel_not_found"},
		{"an archived channel", "files.completeUploadExternal", url.Values{"files": {here}, "channel_id": {archived}},
			"is_archived"},
		{"a conversation with nobody", "conversations.open", url.Values{}, "users_list_not_supplied"},
		{"a conversation with a stranger", "conversations.open", url.Values{"users": {"U0X"}}, "user_not_found"},
		{"a conversation with two", "conversations.open", url.Values{"users": {"U0WEI,U0SAM"}}, "missing_scope"},
		{"what was refused may be tried again", "files.completeUploadExternal",
			url.Values{"files": {here}, "channel_id": {fakeslack.Ops}}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := call(t, w, tc.method, form, w.BotToken(), tc.args.Encode()); got.Error != tc.want {
				t.Errorf("got %+v, want %s", got, tc.want)
			}
		})
	}
	poor := start(t, fakeslack.Options{Scopes: []string{"chat:write"}})
	for _, method := range []string{
		"files.getUploadURLExternal", "files.completeUploadExternal", "conversations.open",
	} {
		if got := call(t, poor, method, form, poor.BotToken(), ""); got.Error != "missing_scope" {
			t.Errorf("%s without the scope: %+v", method, got)
		}
	}
}

func TestAnUploadURLFails(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	up := slack.UploadFileParameters{Filename: "a.csv", Reader: strings.NewReader("abc"), FileSize: 3,
		Channel: fakeslack.Ops}
	w.Fail(fakeslack.UploadURL, 1, fakeslack.Fault{Status: 500})
	if _, err := api.UploadFileContext(within(t), up); err == nil {
		t.Error("an upload that failed is told as done")
	}
	if status, body := post(t, strings.TrimSuffix(w.APIURL(), "/api/")+"/upload/v1/NONE", "abc"); status != 404 ||
		body != "not_found" {
		t.Errorf("an upload_url that was never given answered %d %s", status, body)
	}
	if len(w.Files()) != 0 || len(w.Messages()) != 0 {
		t.Errorf("there are %v and %v", w.Files(), w.Messages())
	}
}

func TestAPostStaysInItsThread(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	parent := show(t, w, `[{"type":"divider"}]`)
	_, ts, err := api.PostMessageContext(within(t), fakeslack.Ops, slack.MsgOptionText("reply", false),
		slack.MsgOptionTS(parent.TS))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.PostEphemeralContext(within(t), fakeslack.Ops, fakeslack.Alice, slack.MsgOptionText("psst", false),
		slack.MsgOptionTS(parent.TS)); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessageContext(within(t), fakeslack.Ops, ts,
		slack.MsgOptionText("changed", false)); err != nil {
		t.Fatal(err)
	}
	var inThread []string
	for _, m := range w.Sees(fakeslack.Alice, fakeslack.Ops) {
		if m.ThreadTS == parent.TS {
			inThread = append(inThread, m.Text)
		}
	}
	if got := strings.Join(inThread, "|"); got != "changed|psst" {
		t.Errorf("in the thread Alice sees %q", got)
	}
}
