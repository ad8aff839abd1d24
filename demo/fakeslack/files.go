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

// A File is what the app has uploaded and shared.
type File struct {
	ID       string
	Name     string // "codes.csv"
	Title    string
	Content  []byte
	Channel  string // id; empty for one that nobody but the app sees
	ThreadTS string // of the thread it was shared in; empty outside a thread
	TS       string // of the message it came with; empty without a channel
}

// An upload is a file on its way.
type upload struct {
	File
	secret   string // of its upload_url
	arrived  bool   // its content is here
	complete bool   // it was shared, or left with the app
}

// cabinet holds the files.
type cabinet struct {
	mu      sync.Mutex
	uploads []*upload // oldest first
}

func (c *cabinet) add(u *upload) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.uploads) == maxFiles {
		c.uploads = slices.Delete(c.uploads, 0, 1)
	}
	c.uploads = append(c.uploads, u)
}

// find returns the upload that fits. The caller holds the lock.
func (c *cabinet) find(fits func(*upload) bool) (*upload, bool) {
	i := slices.IndexFunc(c.uploads, fits)
	if i < 0 {
		return nil, false
	}
	return c.uploads[i], true
}

// Files lists the files that the app has uploaded to the end, in the order in which it began to.
func (w *Workspace) Files() []File {
	w.cabinet.mu.Lock()
	defer w.cabinet.mu.Unlock()
	var files []File
	for _, u := range w.cabinet.uploads {
		if u.complete {
			files = append(files, u.File)
		}
	}
	return files
}

// beginUpload gives a file its id and a place to go to.
func (w *Workspace) beginUpload(a args) (map[string]any, *refusal) {
	length, err := strconv.Atoi(a["length"])
	if a["filename"] == "" || err != nil || length <= 0 {
		return nil, &refusal{name: "invalid_arguments"}
	}
	u := &upload{File: File{ID: "F0" + rand.Text()[:9], Name: a["filename"], Title: a["filename"]}, secret: rand.Text()}
	w.cabinet.add(u)
	return map[string]any{"upload_url": "http://" + w.host + uploadPath + u.secret, "file_id": u.ID}, nil
}

// serveUpload takes the content of a file: a form with one file in it, or the bare bytes.
func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request) {
	content, err := uploaded(rw, r)
	w.cabinet.mu.Lock()
	u, known := w.cabinet.find(func(u *upload) bool { return u.secret == r.PathValue("secret") })
	w.cabinet.mu.Unlock()
	recorded := args{}
	if known {
		recorded["file"] = u.ID
	}
	w.serve(rw, Call{Method: UploadURL, Args: recorded}, func() reply {
		switch {
		case !known:
			return refusal{name: "not_found"}.hookReply(http.StatusNotFound)
		case err != nil:
			return refusal{name: "invalid_upload"}.hookReply(http.StatusBadRequest)
		}
		w.cabinet.mu.Lock()
		defer w.cabinet.mu.Unlock()
		u.Content, u.arrived = content, true
		return reply{status: 200, kind: "text/plain; charset=utf-8", body: []byte("OK - " + strconv.Itoa(len(content))), outcome: "ok"}
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

// completeUpload ends uploads and shares the files, all in one message for each channel.
func (w *Workspace) completeUpload(a args) (map[string]any, *refusal) {
	var asked []struct{ ID, Title string }
	if json.Unmarshal([]byte(a["files"]), &asked) != nil || len(asked) == 0 {
		return nil, &refusal{name: "invalid_arguments"}
	}
	channels := strings.FieldsFunc(a["channel_id"]+","+a["channels"], func(r rune) bool { return r == ',' })
	for _, id := range channels {
		if refused := w.shareable(id); refused != nil {
			return nil, refused
		}
	}
	c, _, refused := w.content(args{"text": a["initial_comment"], "blocks": a["blocks"]})
	if refused != nil {
		return nil, refused
	}
	w.cabinet.mu.Lock()
	defer w.cabinet.mu.Unlock()
	var found []*upload
	var ids []string
	for _, one := range asked {
		u, ok := w.cabinet.find(func(u *upload) bool { return u.ID == one.ID && u.arrived && !u.complete })
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

// shareable refuses a channel in which the bot cannot share files: it must be in it, whatever else it may write to.
func (w *Workspace) shareable(id string) *refusal {
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
