"""The signs that people can put on a comment: a small set, so that everybody knows what they mean."""

SIGNS: dict[str, str] = {
    "thumbs_up": "👍",
    "thumbs_down": "👎",
    "heart": "❤️",
    "laugh": "😄",
    "party": "🎉",
    "eyes": "👀",
    "thanks": "🙏",
    "fire": "🔥",
}
