"""Style sheets and icons: whatever one names, another file has."""

import re

import pytest

from contactcenter.tests.starting import ROOT

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SPRITE = (ROOT / "static" / "css" / "icons.svg").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def names(pattern, paths):
    return {name for path in paths for name in re.findall(pattern, path.read_text())}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_loads_only_files_of_ours_that_are_there(sheet):
    for address in re.findall(r'url\("?([^")]+)"?\)', sheet.read_text()):
        assert (sheet.parent / address).is_file(), address


def test_every_property_that_is_used_has_a_value():
    # Those with a fallback may be missing.
    used, given = names(r"var\((--[\w-]+)\)", SHEETS), names(r"(--[\w-]+)\s*:", SHEETS)

    assert used - given == set()


def test_every_icon_that_a_template_names_is_drawn():
    wanted = names(r'icon\.html" with name="([\w-]+)"', TEMPLATES)

    assert wanted
    assert wanted - set(re.findall(r'id="i-([\w-]+)"', SPRITE)) == set()


def test_the_font_is_small_and_has_its_licence():
    fonts = sorted((ROOT / "static" / "fonts").rglob("*.woff2"))

    assert fonts
    for font in fonts:
        assert font.stat().st_size <= 34_000
        assert "SIL OPEN FONT LICENSE" in (font.parent / "OFL.txt").read_text()
