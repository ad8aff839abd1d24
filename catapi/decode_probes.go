package catapi

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// probesAnswer is a page of DescribeDetailedSingleProbeData.
type probesAnswer struct {
	header3
	DataSet     wireProbes `json:"DataSet"`
	TotalNumber number     `json:"TotalNumber"`
	ScrollID    string     `json:"ScrollID"`
}

// A probe3 is the result of one probe.
type probe3 struct {
	at       time.Time // zero where the answer does not say
	operator string
	district string
	errorID  int64 // 0 is success
	info     string
}

// wireProbes decodes probes one by one. A probe without a result is an error, not a success.
type wireProbes []probe3

func (probes *wireProbes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*probes = nil
	w := wireProbe{from: newObjectReader(dec)}
	return each(dec, func() error {
		p, err := w.read()
		*probes = append(*probes, p)
		return err
	})
}

// A wireProbe reads one probe after the other. No document says whether ErrorId is a label or a field, so it reads both, and
// uses the one that is not 0.
type wireProbe struct {
	from      *objectReader
	probe     probe3
	hasResult bool
	rowTime   int64 // milliseconds; a placeholder in the vendor's example, where the time is in the fields
	time      int64
	pair      pair3

	names, pairNames memberNames
}

// A pair3 is a name and its value, which may be a string or a number wherever it stands.
type pair3 struct {
	name  string
	value jsontext.Value
}

func (w *wireProbe) read() (probe3, error) {
	w.probe, w.hasResult, w.rowTime, w.time = probe3{}, false, 0, 0
	if err := w.from.each(&w.names, w.readMember); err != nil {
		return probe3{}, err
	}
	if millis := cmp.Or(w.time, w.rowTime); millis > 1e12 {
		w.probe.at = time.UnixMilli(millis).In(Beijing)
	}
	if !w.hasResult {
		return probe3{}, errors.New("a probe without ErrorId")
	}
	return w.probe, nil
}

func (w *wireProbe) readMember(name string) error {
	switch name {
	case "probetime":
		value, err := w.from.dec.ReadValue()
		w.rowTime, _ = wholeNumber(w.from.textOf(value))
		return err
	case "labels", "fields":
		return each(w.from.dec, w.readPair)
	}
	return w.from.skip()
}

// readPair reads a label or a field. Its value may come before its name.
func (w *wireProbe) readPair() error {
	w.pair.name, w.pair.value = "", w.pair.value[:0]
	if err := w.from.each(&w.pairNames, w.readPairMember); err != nil {
		return err
	}
	return w.take(w.pair)
}

func (w *wireProbe) readPairMember(name string) (err error) {
	switch name {
	case "name":
		w.pair.name, err = w.from.text()
		return err
	case "value":
		value, err := w.from.dec.ReadValue()
		w.pair.value = append(w.pair.value[:0], value...)
		return err
	}
	return w.from.skip()
}

// take takes what a pair says of the probe.
func (w *wireProbe) take(pair pair3) error {
	switch pair.name {
	case "ProbeTime":
		w.time, _ = wholeNumber(w.from.textOf(pair.value))
	case "Operator":
		w.probe.operator = w.from.textOf(pair.value)
	case "District":
		w.probe.district = w.from.textOf(pair.value)
	case "ErrorId":
		text := w.from.textOf(pair.value)
		if text == "" {
			return nil // it may stand elsewhere
		}
		id, err := wholeNumber(text)
		if err != nil {
			return fmt.Errorf("ErrorId: %w", err)
		}
		w.probe.errorID, w.hasResult = cmp.Or(w.probe.errorID, id), true
	case "PingErrorInfo", "DNSErrorInfo":
		if info := w.from.textOf(pair.value); w.probe.info == "" && info != "0" {
			w.probe.info = info
		}
	}
	return nil
}
