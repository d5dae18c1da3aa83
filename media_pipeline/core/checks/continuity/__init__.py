"""Repeated, frozen, black and foreign pictures, found in what the decode pass stored of every frame."""
