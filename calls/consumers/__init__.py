from calls.consumers.console import ConsoleConsumer
from calls.consumers.floor import FloorConsumer

__all__ = ["ConsoleConsumer", "FloorConsumer"]
