"""What was asked of a call, what was said of it, and where."""

from playwright.sync_api import expect


def asked(told):
    """What was asked of the call, without the message's number."""
    return [{name: value for name, value in one.items() if name != "id"} for one in told.asked]


def said(page, words):
    expect(page.locator("#said")).to_have_text(words)


def targets(page):
    return page.get_by_role("region", name="Transfer to")


def failed(kind, message, key="k1"):
    error = {"code": "call_gone", "message": message}
    return {"key": key, "kind": kind, "state": "failed", "error": error}
