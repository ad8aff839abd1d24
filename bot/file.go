package bot

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"catbot/report"
)

// file sends the rows of a as a CSV file: to the thread of the shared message whose control was pressed or of the message
// that asks, to the channel when the command is public, else to the person. sentence says where it is.
func (h *answerHandler) file(
	ctx context.Context, r *request, a report.Answer,
) (sentence string, d delivery, err error) {
	var sheet bytes.Buffer
	sheet.WriteString(report.ByteOrderMark)
	if err := report.CSV(&sheet, a, r.words); err != nil {
		return "", undelivered, fmt.Errorf("writing the rows: %w", err)
	}
	upload := slack.UploadFileParameters{
		Filename: fileName(a), Title: r.words.FileTitle(a.Title(r.words), r.words.Window(a.Begin, a.End)),
		FileSize: sheet.Len(), Reader: bytes.NewReader(sheet.Bytes()),
	}
	switch {
	case r.press != nil && !r.press.ephemeral:
		upload.Channel, upload.ThreadTimestamp = r.to.Channel, cmp.Or(r.to.Thread, r.press.message)
		sentence = r.words.FileInThread()
	case r.talk != nil && r.to.Thread == "":
		upload.Channel, sentence = r.to.Channel, r.words.FileSent()
	case r.talk != nil:
		upload.Channel, upload.ThreadTimestamp, sentence = r.to.Channel, r.to.Thread, r.words.FileInThread()
	case a.Public:
		upload.Channel, sentence = r.to.Channel, r.words.FileInChannel()
	}
	if upload.Channel != "" {
		_, err = h.api.UploadFileContext(ctx, upload)
		switch {
		case err == nil:
			return sentence, delivered, nil
		case mayHaveSucceeded(err):
			return "", unconfirmed, fmt.Errorf("sending the rows to a channel: %w: %w", errUnconfirmed, withoutURL(err))
		}
		h.log.Warn("slack refused a file for a channel, sending it to the user",
			"envelope", r.envelope, "error", withoutURL(err))
		upload.Reader, d = bytes.NewReader(sheet.Bytes()), deliveredDirectly
	}
	direct, _, _, err := h.api.OpenConversationContext(ctx,
		&slack.OpenConversationParameters{Users: []string{r.to.User}})
	if err != nil {
		return "", undelivered, fmt.Errorf("opening the direct messages: %w", withoutURL(err))
	}
	upload.Channel, upload.ThreadTimestamp = direct.ID, ""
	_, err = h.api.UploadFileContext(ctx, upload)
	return r.words.FileSent(), d, withoutURL(err)
}

// fileName names the tasks and the begin of the window: "catbot-126531-20170525-0000.csv".
func fileName(a report.Answer) string {
	return "catbot-" + strings.Join(a.Tasks[:min(len(a.Tasks), 3)], "-") + "-" +
		a.Begin.Format("20060102-1504") + ".csv"
}
