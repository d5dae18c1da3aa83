"""What the sync checks want to know of the sound at its full rate, channel by channel, gathered in the decode pass."""
