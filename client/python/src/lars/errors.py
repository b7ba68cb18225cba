"""What can go wrong. All of them are LarsError, so that one clause catches them."""

from __future__ import annotations


class LarsError(Exception):
    """Why there is no node to call."""


class NoAnswer(LarsError):
    """The agent of this host doesn't answer within the deadline."""


class NoSuchModule(LarsError):
    """The module is unknown, or has no nodes."""


class Overloaded(LarsError):
    """No node should be called now.

    ``wait`` says after how many seconds a retry that was refused may be tried; 0: there is no node
    that isn't excluded or overloaded.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class Invalid(LarsError, ValueError):
    """What was given can't be a module, a tag, a node or an agent's address."""


class AgentNotFound(LarsError):
    """The name of the agent's host can't be looked up."""
