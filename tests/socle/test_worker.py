"""What README says of the worker holds for every job there is."""

import re

from django.conf import settings
from procrastinate.contrib.django import app


def test_the_two_workers_of_a_national_offer_do_every_job_between_them():
    readme = (settings.BASE_DIR / "README.md").read_text()
    listes = re.findall(r"--queues ([a-z,]+)", readme)
    queues = {tache.queue for tache in app.tasks.values()} - {"builtin"}  # of procrastinate itself
    assert len(listes) == 2
    assert sorted(",".join(listes).split(",")) == sorted(queues)
