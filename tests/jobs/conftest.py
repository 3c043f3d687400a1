"""Jobs, in this process and on a real server."""

from job_house import house

__all__ = ["house"]
