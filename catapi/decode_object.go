package catapi

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An objectReader reads the many small objects of a long list, in less time and memory than the JSON library, which
// finds each member by reflection and allocates each text anew.
type objectReader struct {
	dec   *jsontext.Decoder
	texts map[string]string // texts by how they are written in JSON: most are repeated many times
}

func newObjectReader(dec *jsontext.Decoder) *objectReader {
	return &objectReader{dec, map[string]string{}}
}

// memberNames are the names of the members of the object that was read last. The next object mostly has the same names in
// the same order.
type memberNames []memberName

type memberName struct {
	written string
	name    string // in lower case and without _ and -, because the API's spellings differ
}

// at returns the name of member i, which is written so in JSON.
func (m *memberNames) at(i int, written jsontext.Value) string {
	if i < len(*m) && (*m)[i].written == string(written) {
		return (*m)[i].name
	}
	name := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(unquote(written)))
	*m = append((*m)[:min(i, len(*m))], memberName{string(written), name})
	return name
}

// each reads the next object. It calls read with the name of each member, in the form of memberNames; read must read the
// value.
func (r *objectReader) each(names *memberNames, read func(name string) error) error {
	begin, err := r.dec.ReadToken()
	if err == nil && begin.Kind() != '{' {
		err = r.unexpected(begin.Kind())
	}
	if err != nil {
		return err
	}
	for i := 0; r.dec.PeekKind() == '"'; i++ {
		written, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		if err := read(names.at(i, written)); err != nil {
			return err
		}
	}
	_, err = r.dec.ReadToken()
	return err
}

// text reads a string. Null is "".
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

// textOf returns a string or a number as text. Null is "".
func (r *objectReader) textOf(value jsontext.Value) string {
	switch value.Kind() {
	case 'n':
		return ""
	case '"':
		return r.shared(value)
	}
	return string(value)
}

// shared is unquote, but returns the same string for a text that comes again.
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
