"""How the API reads what it is sent.

Not in `contactcenter.api`: DRF loads its parsers before its views, which that module needs.
"""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from contactcenter.storable import UNSAYABLE, is_storable


class SayableJSONParser(JSONParser):
    """JSON that an answer can repeat, as refusals do; else it counts as no JSON at all.

    Text that only cannot be kept is refused by its field, which then is named.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            payload = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("JSON parse error - too many levels.") from error
        if not is_storable(payload, without=UNSAYABLE):
            raise ParseError("JSON parse error - too many levels, or half a character.")
        return payload
