"""One pass: what is known of a job in, a decision out."""

from __future__ import annotations

from .decision import Action, CreateJob, Decision, DeleteJob, EventValue, SuspendJob

__all__ = ["Action", "CreateJob", "Decision", "DeleteJob", "EventValue", "SuspendJob"]
