"""Messages to people: webhooks and e-mail, tried again until they are delivered."""
