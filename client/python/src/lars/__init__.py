"""Which node do I call now? The client of Lars, for the agent of this host."""

from ._names import Module, hash_text
from ._requests import Choice
from ._wire import Host, Node
from .aio import AsyncClient
from .client import Attempt, Attempts, Client
from .errors import AgentNotFound, Invalid, LarsError, NoAnswer, NoSuchModule, Overloaded
from .registration import Registration, RegistrationState
from .watch import NodeState, Watch

__version__ = "0.4.0"

__all__ = [
    "AgentNotFound",
    "AsyncClient",
    "Attempt",
    "Attempts",
    "Choice",
    "Client",
    "Host",
    "Invalid",
    "LarsError",
    "Module",
    "NoAnswer",
    "NoSuchModule",
    "Node",
    "NodeState",
    "Overloaded",
    "Registration",
    "RegistrationState",
    "Watch",
    "hash_text",
]
