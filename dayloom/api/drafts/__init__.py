"""Our own routes: calendar, tasks, previews, apply and undo, events, replay."""
