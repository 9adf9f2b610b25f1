from calls.consumers.console import ConsoleConsumer

__all__ = ["ConsoleConsumer"]
