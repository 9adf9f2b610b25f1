from calls.admin.work.callbacks import CallbackAdmin
from calls.admin.work.messages import VoicemailAdmin

__all__ = ["CallbackAdmin", "VoicemailAdmin"]
