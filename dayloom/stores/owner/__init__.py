"""What belongs to a user and to no thread: calendar, chats, previews, tokens."""
