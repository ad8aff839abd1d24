package catapi

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	// The standard library's encoding/json/v2 for a Go that has none yet: it reads twice as fast as
	// encoding/json, calls a type's own method without reading its bytes twice, and shares repeated strings.
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient accepts names in any case ("Details", "mapkey"), duplicate names, and invalid UTF-8.
var lenient = json.JoinOptions(
	json.MatchCaseInsensitiveNames(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
)

// An envelope is part of each response of API v2. Only the code is always present.
type envelope struct {
	Code     number `json:"code"`
	CodeDesc string `json:"codeDesc"`
	Message  string `json:"message"`
}

// decode reads body into answer, a pointer to a struct whose envelope around is. It returns an *Error for a code
// other than 0, whatever else the body holds, and any other error for garbage.
func decode(body []byte, answer any, around *envelope) error {
	garbage := json.Unmarshal(body, answer, lenient)
	if garbage != nil {
		*around = envelope{}
		if err := json.Unmarshal(body, around, lenient); err != nil {
			return readableError(err)
		}
	}
	switch {
	case !around.Code.given:
		return errors.New("it has no code")
	case around.Code.value != 0:
		return &Error{around.Code.value, around.CodeDesc, around.Message}
	case garbage != nil:
		return readableError(garbage)
	}
	return nil
}

// readableError rewrites an error of the JSON library without the names of Go types, and without text of the body,
// which may echo secrets of the request.
func readableError(err error) error {
	syntactic, malformed := errors.AsType[*jsontext.SyntacticError](err)
	semantic, misfit := errors.AsType[*json.SemanticError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON is cut off")
	case malformed:
		return fmt.Errorf("no JSON: %v after byte %d", syntactic.Err, syntactic.ByteOffset)
	case misfit && semantic.Err != nil:
		return fmt.Errorf("%s: %w", semantic.JSONPointer, semantic.Err)
	case misfit:
		return fmt.Errorf("%s: unexpected %s", cmp.Or(semantic.JSONPointer, "/"), semantic.JSONKind)
	}
	return err
}

// A number is a whole number that may be written as a string, and with a fraction of zeros: 982, "982", "982.0000".
type number struct {
	value int64
	given bool // false for null, too
}

func (n *number) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	*n = number{}
	switch text.Kind() {
	case 'n':
		return nil
	case '"':
		text = text[1 : len(text)-1] // a number has nothing to unescape
	}
	n.given = true
	n.value, err = wholeNumber(string(text))
	return err
}

// wholeNumber reads what a number may be written as.
func wholeNumber(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) > maxCount {
		return 0, errors.New("not a whole number of a sane size")
	}
	return int64(float), nil
}

// A list takes an array of objects or, for a list of one, the object alone. Null and "" are no objects.
type list[T any] []T

func (l *list[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*l = nil
	return each(dec, func() error {
		var item T
		if err := json.UnmarshalDecode(dec, &item); err != nil {
			return err
		}
		*l = append(*l, item)
		return nil
	})
}

// each calls read at each object of the array that dec has before it, or at the object that stands in its place.
func each(dec *jsontext.Decoder, read func() error) error {
	switch dec.PeekKind() {
	case '{':
		return read()
	case '[':
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
		for dec.PeekKind() != ']' {
			if err := read(); err != nil {
				return err
			}
		}
		_, err := dec.ReadToken()
		return err
	}
	value, err := dec.ReadValue()
	if err == nil && value.Kind() != 'n' && string(value) != `""` {
		return errors.New("neither an object nor an array")
	}
	return err
}
