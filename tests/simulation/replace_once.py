#!/usr/bin/env python3
"""Copies a file with one piece of its text replaced. Usage: replace_once.py FROM TO BEFORE AFTER"""
import pathlib
import sys


def main() -> None:
    source, target, before, after = sys.argv[1:]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    count = text.count(before)
    if count != 1:
        sys.exit(f"{source} holds this {count} times, not once:\n{before}")
    pathlib.Path(target).write_text(text.replace(before, after), encoding="utf-8")


if __name__ == "__main__":
    main()
