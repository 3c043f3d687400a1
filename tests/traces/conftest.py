"""A backend's runs, in this process and on a real server."""

from backstage import backstage

__all__ = ["backstage"]
