package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// newerMembers are the members of a stored JSON object that only a newer version knows. They are stored again with the
// record, so that they are not lost by a roll back to this version.
type newerMembers map[string]json.RawMessage

// decodeRecord decodes text into the record, a pointer to a struct, and returns the members that it has no field for.
func decodeRecord(text []byte, record any) (newerMembers, error) {
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if strict.Decode(record) == nil {
		return nil, nil
	}
	if err := json.Unmarshal(text, record); err != nil {
		return nil, err
	}
	var newer newerMembers
	if err := json.Unmarshal(text, &newer); err != nil {
		return nil, err
	}
	for field := range reflect.TypeOf(record).Elem().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		delete(newer, name)
	}
	return newer, nil
}

// encodeRecord encodes a record with its newer members.
func encodeRecord(record any, newer newerMembers) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil || len(newer) == 0 {
		return text, err
	}
	all := maps.Clone(newer)
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("adding the members of a newer version: %w", err)
	}
	return json.Marshal(all)
}

func (s *ConditionState) UnmarshalJSON(text []byte) (err error) {
	type record ConditionState
	s.Newer, err = decodeRecord(text, (*record)(s))
	return err
}

func (s ConditionState) MarshalJSON() ([]byte, error) {
	type record ConditionState
	return encodeRecord(record(s), s.Newer)
}

func (i *Incident) UnmarshalJSON(text []byte) (err error) {
	type record Incident
	i.Newer, err = decodeRecord(text, (*record)(i))
	return err
}

func (i Incident) MarshalJSON() ([]byte, error) {
	type record Incident
	return encodeRecord(record(i), i.Newer)
}

func (r *Reading) UnmarshalJSON(text []byte) (err error) {
	type record Reading
	r.Newer, err = decodeRecord(text, (*record)(r))
	return err
}

func (r Reading) MarshalJSON() ([]byte, error) {
	type record Reading
	return encodeRecord(record(r), r.Newer)
}

func (a *Affected) UnmarshalJSON(text []byte) (err error) {
	type record Affected
	a.Newer, err = decodeRecord(text, (*record)(a))
	return err
}

func (a Affected) MarshalJSON() ([]byte, error) {
	type record Affected
	return encodeRecord(record(a), a.Newer)
}

func (n *Note) UnmarshalJSON(text []byte) (err error) {
	type record Note
	n.Newer, err = decodeRecord(text, (*record)(n))
	return err
}

func (n Note) MarshalJSON() ([]byte, error) {
	type record Note
	return encodeRecord(record(n), n.Newer)
}
