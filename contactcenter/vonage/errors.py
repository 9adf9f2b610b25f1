"""What can go wrong with a request to Vonage, sorted by what the caller may do next.

VonageError
├── Rejected          Vonage refused it; the same request will be refused again
│   ├── TooEarly      ... unless the leg was too young for it
│   └── NotFound      no such leg, user or application here
├── RateLimited       not executed; later
├── Unavailable       not executed, or harmless to execute again; later
└── UnknownOutcome    perhaps executed; never again
"""


class VonageError(Exception):
    """`message` holds method, path, status and title alone: no number, no name, no secret.

    `status` is the HTTP status, or None where no answer came.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class Rejected(VonageError):
    """4xx: we asked for something wrong, or for something we may not have."""


class TooEarly(Rejected):
    """400 to a change of a leg. In its first two seconds the same change may succeed later."""


class NotFound(Rejected):
    """404: the leg is gone, or it is another region's."""


class RateLimited(VonageError):
    """429: one of the account's limits. Vonage has queued nothing."""


class Unavailable(VonageError):
    """No connection, 503, or (where repeating does no harm) no answer at all."""


class UnknownOutcome(VonageError):
    """A POST was sent, and nobody can say whether Vonage carried it out."""
