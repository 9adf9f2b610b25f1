import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from calls.broadcast import hear_others
from calls.router.loop import Router


class Command(BaseCommand):
    help = "Runs the router: deadlines, pairing, sending. Any number of them may run."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        end_hearing = hear_others()
        router = Router()
        router.start()
        self.stdout.write("The router runs.")
        stop.wait()
        router.stop()
        end_hearing()
