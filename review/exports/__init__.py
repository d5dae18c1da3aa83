"""What leaves Twopop as a file of its own."""
