"""The one base class of every refusal the project makes on purpose."""


class Refused(Exception):
    """A rule said no. Each app's errors.py subclasses it; the API turns it into JSON."""

    code = "invalid"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
