package catapi

import (
	"testing"
	"time"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		documented,
		`{"code":"0","data":[{"details":[{"ispName":"移动","serverIp":"NULL","resultCount":"982.0000","resultCode":-2}]}]}`,
		`{"code":0,"data":[{"ispName":"\u79fb","resultCount":1,"resultCode":2,"startTime":"2017-05-25 02:08"}]}`,
		`{"code":0,"data":[{"resultCount":1,"resultCode":2,"startTime":"2017-05-25 02:08","endTime":"2017-05-25 02:09"}]}`,
		`{"Code":0,"Details":[{"ResultCount":1,"ResultCode":1},{"ResultCount":1,"ResultCode":1}],"Summarys":[{"ResultCount":2,"ResultCode":1}]}`,
		`{"code":4400,"message":"(1)x","data":"y"}`,
		`<html>`, `{"code":0,"data":null}`,
		"{\"code\":0,\"data\":{\"detail\":{\"ispName\":\"\xff\",\"resultCount\":1e3,\"resultCode\":0}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := decodeHistory(body, morning, time.Time{})
		if err != nil {
			return
		}
		var sum int64
		for i, row := range h.Rows {
			if row.Count < 0 {
				t.Errorf("row %d counts %d", i, row.Count)
			}
			if i > 0 && compareRows(&h.Rows[i-1], &row) >= 0 {
				t.Errorf("row %d is out of order or there twice", i)
			}
			sum += row.Count
		}
		var inBuckets int64
		for _, c := range h.Buckets {
			inBuckets += c.Count
		}
		if failures := h.failures(); h.Buckets != nil && inBuckets != failures {
			t.Errorf("%d failures, and %d in buckets", failures, inBuckets)
		}
		if sum > maxCount {
			t.Errorf("the counts add up to %d", sum)
		}
		for i, total := range h.Summary {
			if total.Count < 0 || i > 0 && h.Summary[i-1].Code >= total.Code {
				t.Errorf("total %d is negative, out of order or there twice", i)
			}
		}
	})
}

func FuzzAgents(f *testing.F) {
	f.Add([]byte(`{"code":0,"message":"","codeDesc":"Success","data":{"agent":[{"province":"sichuan","provinceName":"四川","isp":"cmc","ispName":"移动"}]}}`))
	f.Add([]byte(`{"code":0,"agents":{"province":"gd"},"data":[{"province":"gd"},{"agent":[]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		agents, err := decodeAgents(body)
		if err != nil && agents != nil {
			t.Error("agents came with an error")
		}
		for _, agent := range agents {
			if agent.Province == "" {
				t.Error("an agent is nowhere")
			}
		}
	})
}
