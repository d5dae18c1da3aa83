"""Text for the cells of a spreadsheet."""


def guarded(text: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe before it: names and comments come from strangers."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text
