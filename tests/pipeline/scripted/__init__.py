"""Steps that do what the media file tells them, so that tests can have a child that crashes, hangs or lies on demand."""
