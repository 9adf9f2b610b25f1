"""The words in which a call's way is told."""

from calls.states import FailCause, HungUpBy

ENDED = {
    HungUpBy.CUSTOMER: "The caller hung up",
    HungUpBy.SUPERVISOR: "A supervisor ended the call",
    HungUpBy.SYSTEM: "The call came to its end",
    HungUpBy.PLATFORM: "The caller's line broke off",
}
# What needs no more than these words: the part of the journey, and the sentence.
PLAIN = {
    "gave_up": ("queue", "Nobody was free in time"),
    "choices_offered": ("queue", "Was offered other ways than waiting"),
    "returned": ("queue", "Went on waiting"),
    "callback_asked": ("queue", "Asked to be called back, and hung up"),
    "callback_missed": ("lost", "Was called back, and not reached"),
    "callback_expired": ("lost", "The callback came to nothing"),
    "callback_cancelled": ("queue", "The callback was cancelled"),
    "callback_withdrawn": ("lost", "The agent left before the caller answered"),
    "voicemail": ("queue", "Was asked to leave a message"),
    "number_dialled": ("queue", "Another number was called for the caller"),
    "number_answered": ("talk", "Somebody answered at that number"),
    "number_ended": ("lost", "That number was not reached, or has left"),
    "resumed": ("talk", "Came back from hold"),
    "hold_failed": ("talk", "Could not be put on hold"),
    "resume_failed": ("hold", "Could not be brought back from hold"),
    "swap_failed": ("hold", "The two could not be swapped"),
    "dialled": ("offer", "Was called"),
    "customer_answered": ("talk", "The call was answered"),
    "machine": ("talk", "An answering machine was noticed"),
    "call_lost": ("lost", "The connection to the agent was lost"),
    "survey_asked": ("wrap", "Was asked how satisfied they are"),
    "priority_set": ("queue", "A supervisor changed the priority"),
}
# Why a caller was sent on from a queue, and where to.
SENT_BECAUSE = {
    "late": "had waited too long",
    "full": "the queue was full",
    "no_agents": "nobody was logged in",
    "closed": "the queue was closed",
    "emergency": "the queue was closed at once",
}
SENT_TO = {
    "flow_exit": "the flow went on",
    "queue": "sent on to another queue",
    "number": "sent on to a telephone number",
    "flow": "sent on to another flow",
    "voicemail": "asked to leave a message",
    "callback": "offered a callback",
    "hang_up": "said goodbye",
}
FAILED = {
    FailCause.UNREACHABLE: "could not be reached",
    FailCause.DEVICE: "the device refused",
    FailCause.PLATFORM: "could not be connected",
    FailCause.MEDIA: "microphone or sound failed",
}
# About somebody besides the customer; {who} begins the sentence, {them} is within it.
ABOUT = {
    "transferred": ("offer", "{actor} handed the call on to {them}"),
    "transfer_failed": ("talk", "The call could not be handed on to {them}"),
    "transfer_returned": ("queue", "Nobody took it; the call goes back to {them}"),
    "consult_asked": ("hold", "{actor} asked {them} for advice; the caller is on hold"),
    "consult_answered": ("hold", "{who} answered"),
    "consult_failed": ("hold", "{who} could not be reached"),
    "consult_left": ("hold", "{who} left"),
    "consult_cancelled": ("talk", "{actor} let {them} go and came back to the caller"),
    "merged": ("talk", "{who} joined the talk with the caller"),
    "completed": ("talk", "{actor} left the caller with {them}"),
    "added": ("offer", "{actor} asked {them} into the call"),
    "add_answered": ("talk", "{who} joined the call"),
    "add_failed": ("talk", "{who} could not be reached"),
    "removed": ("talk", "{actor} let {them} go"),
    "left": ("talk", "{who} left the call"),
    "agent_left": ("wrap", "{actor} left the call"),
    "taken_over": ("talk", "{who} took the call over"),
    "colleague_answered": ("talk", "{who} answered"),
    "moved_by": ("queue", "{actor} moved the caller to {them}"),
}
SWAPPED = {
    "customer": "The caller came back from hold, the other one hears music",
    "consultation": "The caller is on hold, the other one is talked to",
}
SUPERVISED = {
    "supervision_answered": "{who} joined the call",
    "supervision_changed": "{who} joined the call",
    "supervision_ended": "{who} left the call",
}
NOT_REACHED = {
    "busy": "The line was busy",
    "rejected": "The call was declined",
}
