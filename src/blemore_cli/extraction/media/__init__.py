"""Media files of clips: decoding of video and sound, once for all encoders."""
