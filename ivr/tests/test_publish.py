"""Publishing a flow: numbered versions, one of them live."""

import pytest

from ivr import selectors
from ivr.graph import BadGraph
from ivr.models import Flow, FlowVersion, Number
from ivr.services import publish
from ivr.tests.graphs import FLOW, flow

pytestmark = [pytest.mark.db, pytest.mark.django_db]

NIGHT = flow(bye={"type": "hang_up", "text": "We are closed."})


@pytest.fixture
def line():
    return Flow.objects.create(name="Main line")


def numbers_live(line):
    return [version.number for version in line.versions.filter(is_live=True)]


def test_the_first_version_is_number_one_and_live(line):
    version = publish(flow=line, graph=FLOW)

    assert (version.number, version.is_live, version.graph) == (1, True, FLOW)


def test_the_next_version_takes_over(line):
    publish(flow=line, graph=FLOW)

    version = publish(flow=line, graph=NIGHT)

    assert version.number == 2
    assert numbers_live(line) == [2]


def test_the_same_graph_again_is_no_new_version(line):
    first = publish(flow=line, graph=FLOW)

    assert publish(flow=line, graph=FLOW) == first
    assert line.versions.count() == 1


def test_an_older_graph_comes_back_as_a_new_version(line):
    publish(flow=line, graph=FLOW)
    publish(flow=line, graph=NIGHT)

    assert publish(flow=line, graph=FLOW).number == 3
    assert numbers_live(line) == [3]


def test_what_cannot_work_is_refused_and_changes_nothing(line):
    live = publish(flow=line, graph=FLOW)

    with pytest.raises(BadGraph):
        publish(flow=line, graph={"start": "gone", "nodes": NIGHT["nodes"]})

    assert list(FlowVersion.objects.filter(flow=line, is_live=True)) == [live]


def test_a_running_call_stays_on_the_version_it_began_with(line):
    old = publish(flow=line, graph=FLOW)
    publish(flow=line, graph=NIGHT)

    graph = selectors.graph_of(version_id=old.id)

    assert graph.start == "hello"


def test_flows_are_numbered_apart(line):
    publish(flow=line, graph=FLOW)

    other = publish(flow=Flow.objects.create(name="Other line"), graph=NIGHT)

    assert other.number == 1
    assert numbers_live(line) == [1]


def test_a_new_call_gets_the_live_version_of_its_number(line):
    Number.objects.create(number="442079460000", flow=line)
    live = publish(flow=line, graph=FLOW)
    FlowVersion.objects.create(flow=line, number=2, graph=NIGHT)

    assert selectors.live_version(number="442079460000") == live


def test_a_number_without_a_published_flow_is_not_in_service(line):
    Number.objects.create(number="442079460000", flow=line)

    assert selectors.live_version(number="442079460000") is None
    assert selectors.live_version(number="442079460001") is None
