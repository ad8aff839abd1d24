package bot

// Messages that only the bot itself makes, for the golden files.
var (
	AddedMessage   = addedMessage
	ListMessage    = listMessage
	ShowMessage    = showMessage
	DoneMessage    = doneMessage
	TroubleMessage = troubleMessage
)
