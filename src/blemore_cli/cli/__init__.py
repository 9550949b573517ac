"""The commands: parse, configure, call once, render."""
