package demo

import (
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"strings"
)

//go:embed page
var page embed.FS

// policy allows the page to load only from this server. Charts and the page's elements set styles.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (d *Demo) routes() http.Handler {
	static, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // it is part of the program
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(static))
	mux.HandleFunc("GET /vendor/chart.umd.min.js", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		rw.Header().Set("Content-Encoding", "gzip") // the file is a third of its size in the program
		http.ServeFileFS(rw, r, static, "vendor/chart.umd.min.js.gz")
	})
	mux.HandleFunc("GET /events", d.stream)
	mux.HandleFunc("POST /act", d.act)
	mux.HandleFunc("GET /files/{id}", d.file)
	return d.protect(mux)
}

// protect refuses requests of other pages (CSRF), and requests with another host name for this machine (DNS rebinding).
func (d *Demo) protect(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(strings.TrimPrefix(r.Host, "["), ":")
		if host != "127.0.0.1" && host != "localhost" && !strings.HasPrefix(r.Host, "[::1]") {
			http.Error(rw, "open the page by its address on this machine", http.StatusForbidden)
			return
		}
		h := rw.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		cross.Handler(next).ServeHTTP(rw, r)
	})
}

// file serves a file that the bot sent. All files are visible: one person uses the page for all people.
func (d *Demo) file(rw http.ResponseWriter, r *http.Request) {
	for _, f := range d.Slack.Files() {
		if f.ID == r.PathValue("id") {
			rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
			rw.Header().Set("Content-Disposition",
				mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
			_, _ = rw.Write(f.Content)
			return
		}
	}
	http.NotFound(rw, r)
}
