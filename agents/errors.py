from contactcenter.errors import Refused


class AgentBusy(Refused):
    code = "agent_busy"
    status = 409


class NotAnAgent(Refused):
    code = "not_allowed"
    status = 403


class NotASupervisor(Refused):
    code = "not_allowed"
    status = 403


class NoSuchAgent(Refused):
    code = "not_found"
    status = 404


class UnknownReason(Refused):
    code = "invalid"
    status = 400


class NotConfigured(Refused):
    code = "not_allowed"
    status = 503


class PhoneElsewhere(Refused):
    code = "phone_elsewhere"
    status = 409


class NoExtension(Refused):
    code = "not_allowed"
    status = 409


class NotInWrapUp(Refused):
    code = "not_allowed"
    status = 409
