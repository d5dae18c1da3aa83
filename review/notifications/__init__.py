"""What happened, told to those whom it concerns: in their inbox, and by mail."""
