package catapi

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An objectReader reads the many small objects of a long list. It is for lists of thousands: the JSON library finds each
// member by reflection, and gives each text memory of its own.
type objectReader struct {
	dec   *jsontext.Decoder
	names map[string]string // a member's name in lower case and without _ and -, by how it is written
	texts map[string]string // a text by how it is written: most come again and again
}

func newObjectReader(dec *jsontext.Decoder) *objectReader {
	return &objectReader{dec, map[string]string{}, map[string]string{}}
}

// each calls read with the name of each member of the object that comes next. The name is in lower case and without _ and
// -, because the API's spellings differ. read has to read the value.
func (r *objectReader) each(read func(name string) error) error {
	begin, err := r.dec.ReadToken()
	if err == nil && begin.Kind() != '{' {
		err = r.unexpected(begin.Kind())
	}
	if err != nil {
		return err
	}
	for r.dec.PeekKind() == '"' {
		written, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if err := read(r.name(written)); err != nil {
			return err
		}
	}
	_, err = r.dec.ReadToken()
	return err
}

func (r *objectReader) name(written jsontext.Value) string {
	name, ok := r.names[string(written)]
	if !ok {
		name = strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(unquote(written)))
		r.names[string(written)] = name
	}
	return name
}

// text reads a text. Null is none.
func (r *objectReader) text() (string, error) {
	written, err := r.dec.ReadValue()
	if err != nil {
		return "", err
	}
	switch kind := written.Kind(); kind {
	case 'n':
		return "", nil
	case '"':
		return r.shared(written), nil
	default:
		return "", r.unexpected(kind)
	}
}

// textOf returns a string or a number as text; null is none.
func (r *objectReader) textOf(value jsontext.Value) string {
	switch value.Kind() {
	case 'n':
		return ""
	case '"':
		return r.shared(value)
	}
	return string(value)
}

// shared is unquote for a text that comes again.
func (r *objectReader) shared(written jsontext.Value) string {
	text, ok := r.texts[string(written)]
	if !ok {
		text = unquote(written)
		r.texts[string(written)] = text
	}
	return text
}

// unexpected returns the error for what was read last.
func (r *objectReader) unexpected(kind jsontext.Kind) error {
	return &json.SemanticError{JSONPointer: r.dec.StackPointer(), JSONKind: kind}
}

func (r *objectReader) number() (n number, err error) {
	err = n.UnmarshalJSONFrom(r.dec)
	return n, err
}

func (r *objectReader) skip() error { return r.dec.SkipValue() }

// unquote returns the text of a JSON string. Invalid UTF-8 in it is replaced.
func unquote(written jsontext.Value) string {
	text, _ := jsontext.AppendUnquote(nil, written) // an error means invalid UTF-8
	return string(text)
}
