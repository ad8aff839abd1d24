package words

func (w Words) Upstream(err error) string { return err.Error() }
