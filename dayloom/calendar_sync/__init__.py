"""Drafts and the user's calendar: what is written into it, taken back, and changed by hand."""
