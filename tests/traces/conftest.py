"""A backend's runs and jobs, in this process and on a real server."""

from backstage import backstage
from job_house import house

__all__ = ["backstage", "house"]
