package fakecat

import (
	"fmt"
	"time"
)

// SetAnswer makes body the answer to every later valid question about a task, for any window and province. The task ""
// means every task without an answer of its own. A nil body removes the answer.
func (a *API) SetAnswer(task string, body []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if body == nil {
		delete(a.answers, task)
		return
	}
	a.answers[task] = body
}

// Serve replaces the synthetic data by rows for later questions about any task and province. Answers of SetAnswer take
// precedence. Nil restores the synthetic data. rows is called from many goroutines.
func (a *API) Serve(rows func(Question) []Row) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serve = rows
}

// BigAnswer returns a body with n different rows of about 200 bytes. Its window is that of the example.
func BigAnswer(n int) []byte {
	isps := []isp{mobile, telecom, unicom, other, tencent}
	codes := usualCauses["https"]
	places := append(append(append([]province{}, mainland...), cloud...), abroad...)
	rows := make([]Row, n)
	for i := range rows {
		place := places[i/len(isps)%len(places)]
		code := codes[i/(len(isps)*len(places))%len(codes)].code
		host := i / (len(isps) * len(places) * len(codes))
		rows[i] = Row{
			ISP: isps[i%len(isps)].name, Province: place.code, ProvinceName: place.name, MapKey: place.mapKey,
			ServerIP: fmt.Sprintf("198.18.%d.%d", host>>8%256, host%256), // addresses for benchmarks, by RFC 2544
			Code:     code, Reason: reasons[code], Count: 1 + int64(hashNumber(uint64(i))%1000),
		}
	}
	begin := time.Unix(exampleBegin*60, 0)
	return encode(Shape{}.history(Question{Begin: begin, End: begin.Add(exampleSpan * time.Minute)}, rows))
}
