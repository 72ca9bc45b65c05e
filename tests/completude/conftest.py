from datetime import date

import pytest

from tests.factories import ActionFactory, DispositifFactory, SessionFactory


@pytest.fixture
def action():
    """A complete action whose session runs from 1 September 2027 to 30 June 2028: nothing to say."""
    action = ActionFactory()
    session = SessionFactory(action=action, date_debut=date(2027, 9, 1), date_fin=date(2028, 6, 30))
    DispositifFactory(session=session)
    return action
