"""Where things are on the floor, and how they are opened."""


def button(told, name):
    return told.page.get_by_role("button", name=name, exact=True)


def open_agent(told, name):
    button(told, f"More for {name}").click()
    return told.floor.details


def open_caller(told, number):
    told.floor.row("waiting", number).get_by_role("button").click()
    return told.floor.details


def bar_of(told):
    return told.page.get_by_role("region", name="The call that I supervise")


def says_of_me(told, **facts):
    told.changes(me=told.picture["me"] | facts)
