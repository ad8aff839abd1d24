package blockkit_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/i18n"
	"catbot/report"
)

// BenchmarkSummariseAndRender10000 is the way of 10,000 rows, decoded, to the message as it is sent.
func BenchmarkSummariseAndRender10000(b *testing.B) {
	h := catapi.History{Query: catapi.Query{Task: "126531", Begin: begin, End: end}, FetchedAt: now}
	for i := range 10_000 {
		h.Rows = append(h.Rows, row([]string{"移动", "电信", "联通", "其他", "腾讯云"}[i%5], fmt.Sprintf("province-%d", i/5%40), "江西",
			fmt.Sprintf("119.28.20.%d", i/200%10), int64(10000+i/2000), "Ping超时", int64(i%97)+1))
	}
	b.ReportAllocs()
	for b.Loop() {
		part := report.NewPart(report.Question{Task: "126531"}, h, nil)
		m := blockkit.Answer(report.NewAnswer(asked(), []report.Part{part}), "", i18n.English, now)
		if _, err := json.Marshal(m.Rich); err != nil {
			b.Fatal(err)
		}
	}
}
