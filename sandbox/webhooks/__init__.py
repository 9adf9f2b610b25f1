"""Webhooks as Vonage sends them: signed, with time-outs, one retry and a fallback."""
