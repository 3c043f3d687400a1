"""A backend's runs in this process, beside a server on the same store."""

from backstage import backstage

__all__ = ["backstage"]
