"""The built-in model: a small fixed grammar, English and Chinese, that needs no network and says what it is."""

from dayloom.offline.model import OfflineModel

__all__ = ["OfflineModel"]
