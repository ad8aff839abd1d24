package fakeslack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// UploadURL is the name under which posts to any upload_url are counted, recorded and failed.
const UploadURL = "upload_url"

const (
	uploadPath = "/upload/v1/"
	maxUpload  = 16 << 20 // bytes of one request
	maxFiles   = 1000     // remembered, the oldest forgotten first
)

// A File is a file that the app has uploaded and shared.
type File struct {
	ID       string
	Name     string // "codes.csv"
	Title    string
	Content  []byte
	Channel  string // id; empty if it was not shared
	ThreadTS string // of the thread it was shared in; empty outside a thread
	TS       string // of the message it came with; empty without a channel
}

// An upload is a file whose upload has begun.
type upload struct {
	File
	secret   string // of its upload_url
	arrived  bool   // its content was received
	complete bool   // files.completeUploadExternal was called
}

// A fileStore holds the uploads.
type fileStore struct {
	mu      sync.Mutex
	uploads []*upload // oldest first
}

func (c *fileStore) add(u *upload) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.uploads) == maxFiles {
		c.uploads = slices.Delete(c.uploads, 0, 1)
	}
	c.uploads = append(c.uploads, u)
}

// find returns the upload that fits. The caller holds the lock.
func (c *fileStore) find(fits func(*upload) bool) (*upload, bool) {
	i := slices.IndexFunc(c.uploads, fits)
	if i < 0 {
		return nil, false
	}
	return c.uploads[i], true
}

// Files lists the files with a complete upload, in the order in which the uploads began.
func (w *Workspace) Files() []File {
	w.fileStore.mu.Lock()
	defer w.fileStore.mu.Unlock()
	var files []File
	for _, u := range w.fileStore.uploads {
		if u.complete {
			files = append(files, u.File)
		}
	}
	return files
}

// beginUpload returns the id and the upload_url of a new file.
func (w *Workspace) beginUpload(a args) (map[string]any, *refusal) {
	length, err := strconv.Atoi(a["length"])
	if a["filename"] == "" || err != nil || length <= 0 {
		return nil, &refusal{name: "invalid_arguments"}
	}
	u := &upload{File: File{ID: "F0" + rand.Text()[:9], Name: a["filename"], Title: a["filename"]}, secret: rand.Text()}
	w.fileStore.add(u)
	return map[string]any{"upload_url": "http://" + w.host + uploadPath + u.secret, "file_id": u.ID}, nil
}

// serveUpload receives the content of a file: a form with one file, or its bytes.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	content, err := uploaded(rw, r)
	w.fileStore.mu.Lock()
	u, known := w.fileStore.find(func(u *upload) bool { return u.secret == r.PathValue("secret") })
	w.fileStore.mu.Unlock()
	recorded := args{}
	if known {
		recorded["file"] = u.ID
	}
	w.serve(rw, Call{Method: UploadURL, Args: recorded}, func() reply {
		switch {
		case !known:
			return refusal{name: "not_found"}.responseURLReply(http.StatusNotFound)
		case err != nil:
			return refusal{name: "invalid_upload"}.responseURLReply(http.StatusBadRequest)
		}
		w.fileStore.mu.Lock()
		defer w.fileStore.mu.Unlock()
		u.Content, u.arrived = content, true
		return reply{status: 200, kind: "text/plain; charset=utf-8", body: []byte("OK - " + strconv.Itoa(len(content))),
			outcome: "ok"}
	})
}

// uploaded reads the one file in a request.
func uploaded(rw http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(rw, r.Body, maxUpload)
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return io.ReadAll(r.Body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil, errors.New("the form has no file")
		}
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

// completeUpload completes uploads and shares the files, in one message for each channel.
func (w *Workspace) completeUpload(a args) (map[string]any, *refusal) {
	var asked []struct{ ID, Title string }
	if json.Unmarshal([]byte(a["files"]), &asked) != nil || len(asked) == 0 {
		return nil, &refusal{name: "invalid_arguments"}
	}
	channels := strings.FieldsFunc(a["channel_id"]+","+a["channels"], func(r rune) bool { return r == ',' })
	for _, id := range channels {
		if refused := w.checkShareable(id); refused != nil {
			return nil, refused
		}
	}
	c, _, refused := w.content(args{"text": a["initial_comment"], "blocks": a["blocks"]})
	if refused != nil {
		return nil, refused
	}
	w.fileStore.mu.Lock()
	defer w.fileStore.mu.Unlock()
	var found []*upload
	var ids []string
	for _, one := range asked {
		u, ok := w.fileStore.find(func(u *upload) bool { return u.ID == one.ID && u.arrived && !u.complete })
		if !ok || slices.Contains(ids, one.ID) {
			return nil, &refusal{name: "file_not_found"}
		}
		found, ids = append(found, u), append(ids, u.ID)
	}
	answer := []any{}
	for i, u := range found {
		if u.complete = true; asked[i].Title != "" {
			u.Title = asked[i].Title
		}
		answer = append(answer, map[string]any{"id": u.ID, "title": u.Title})
	}
	for _, id := range channels {
		m := w.journal.post(Message{
			Channel: id, From: BotUserID, ThreadTS: a["thread_ts"], Text: c.text, Blocks: c.blocks, Files: ids,
		})
		for _, u := range found {
			u.Channel, u.ThreadTS, u.TS = id, a["thread_ts"], m.TS
		}
	}
	return map[string]any{"files": answer}, nil
}

// checkShareable refuses a channel that the bot is not in: it cannot share files there, even if it may write.
func (w *Workspace) checkShareable(id string) *refusal {
	c, ok := w.people.channel(id)
	switch {
	case !ok, !c.HasBot && (c.Private || c.IM):
		return &refusal{name: "channel_not_found"}
	case c.Archived:
		return &refusal{name: "is_archived"}
	case !c.HasBot:
		return &refusal{name: "not_in_channel"}
	}
	return nil
}
