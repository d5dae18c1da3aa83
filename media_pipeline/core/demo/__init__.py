"""The demo film: twenty seconds that Twopop renders itself, picture and sound, the same on every machine."""
