"""The forms of a page, as a browser would send them back."""

from html.parser import HTMLParser

BUTTONS = ("submit", "button", "image", "reset", "file")


class Form(HTMLParser):
    """The fields of a page and what stands in them; a field may have several values."""

    def __init__(self, html):
        super().__init__()
        self.fields, self.errors, self.messages = {}, [], []
        self._select = self._text = self._list = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        begin = getattr(self, f"_begin_{tag}", None)
        if begin:
            begin({name: value or "" for name, value in attributes})

    def handle_endtag(self, tag):
        end = getattr(self, f"_end_{tag}", None)
        if end:
            end()

    def handle_data(self, data):
        if self._text:
            self.fields[self._text][0] += data
        elif self._list is not None and data.strip():
            self._list.append(" ".join(data.split()))

    def _begin_input(self, its):
        kind, is_box = its.get("type"), its.get("type") in ("checkbox", "radio")
        if "name" in its and kind not in BUTTONS and ("checked" in its or not is_box):
            self._put(its["name"], its.get("value", "on" if is_box else ""))

    def _begin_select(self, its):
        self._select, self._is_multiple = its.get("name"), "multiple" in its
        self._first = None

    def _begin_option(self, its):
        value = its.get("value", "")
        self._first = value if self._first is None else self._first
        if self._select and "selected" in its:
            self._put(self._select, value)

    def _end_select(self):
        if self._select and not self._is_multiple:
            self.fields.setdefault(self._select, [self._first or ""])
        self._select = None

    def _begin_textarea(self, its):
        self._text = its["name"]
        self._put(self._text, "")

    def _end_textarea(self):
        # A browser leaves out the line break that begins a text.
        self.fields[self._text][0] = self.fields[self._text][0].removeprefix("\n")
        self._text = None

    def _begin_ul(self, its):
        lists = {"errorlist": self.errors, "messagelist": self.messages}
        found = [lists[word] for word in its.get("class", "").split() if word in lists]
        self._list = found[0] if found else None

    def _end_ul(self):
        self._list = None

    def set(self, **values):
        """True ticks a box, False clears it; a list is a choice of several."""
        for name, value in values.items():
            if value is False or value is None:
                self.fields.pop(name, None)
            else:
                several = value if isinstance(value, list) else [value]
                self.fields[name] = ["on" if one is True else str(one) for one in several]

    def add(self, rows, **values):
        """One more row in the inline table of that name."""
        count = int(self.fields[f"{rows}-TOTAL_FORMS"][0])
        blank = {
            name.replace("__prefix__", str(count)): list(standing)
            for name, standing in self.fields.items()
            if name.startswith(f"{rows}-__prefix__-")
        }
        self.fields |= blank
        self.fields[f"{rows}-TOTAL_FORMS"] = [str(count + 1)]
        self.set(**{f"{rows}-{count}-{name}": value for name, value in values.items()})

    def empty(self, rows):
        """Every row of that inline table is to be deleted."""
        for number in range(int(self.fields[f"{rows}-INITIAL_FORMS"][0])):
            self.set(**{f"{rows}-{number}-DELETE": True})

    def _put(self, name, value):
        self.fields.setdefault(name, []).append(value)
