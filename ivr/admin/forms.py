"""Writing the next version of a flow."""

import json
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput

from ivr.graph import AgentNode, Graph, QueueNode, parse
from ivr.models import Flow, FlowVersion, works

TARGETS = {"queue": "calls.Queue", "agent": "agents.Agent"}
FIRST_GRAPH = {
    "start": "closed",
    "nodes": {"closed": {"type": "hang_up", "text": "Nobody can take your call yet. Goodbye."}},
}


class GraphField(forms.JSONField):
    """JSON that people write: shown indented, and as they typed it when it is not JSON."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, InvalidJSONInput):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)


class FlowForm(forms.ModelForm):
    """A flow's name and its next version."""

    graph = GraphField(
        widget=forms.Textarea(attrs={"rows": 28, "class": "graph", "spellcheck": "false"}),
        help_text="Saving a changed graph publishes it as the next version: new calls get it, a "
        "call that is running stays on its version. To go back, publish an older graph again.",
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Flow
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.live = FlowVersion.objects.filter(flow=self.instance.pk, is_live=True).first()
        self.initial.setdefault("graph", self.live.graph if self.live else FIRST_GRAPH)
        self.initial["based_on"] = self.live.number if self.live else None

    def clean_graph(self) -> Any:
        graph = self.cleaned_data["graph"]
        works(graph)
        if problems := missing_targets(parse(graph)):
            raise ValidationError(problems)
        return graph

    def clean(self) -> None:
        """Nobody overwrites what somebody else published while they were writing."""
        number = self.live.number if self.live else None
        if self.cleaned_data.get("based_on") != number:
            self.add_error(
                "graph",
                f"Version {number} was published while you were writing. "
                "Keep a copy of your text, open the flow again, and add your change to it.",
            )


def missing_targets(graph: Graph) -> list[str]:
    """One sentence for each queue, agent or skill that a node names and we do not have."""
    known = {
        kind: set(
            apps.get_model(model)
            ._default_manager.filter(pk__in=graph.targets[kind])
            .values_list("pk", flat=True)
        )
        for kind, model in TARGETS.items()
    }
    problems = []
    for name, node in graph.nodes.items():
        if isinstance(node, QueueNode) and node.queue not in known["queue"]:
            problems.append(f"Node {name!r}: there is no queue {node.queue}.")
        if isinstance(node, AgentNode) and node.agent not in known["agent"]:
            problems.append(f"Node {name!r}: there is no agent {node.agent}.")
    return problems + missing_skills(graph)


def missing_skills(graph: Graph) -> list[str]:
    skills = apps.get_model("agents.Skill")._default_manager.filter(name__in=graph.skills)
    missing = graph.skills - set(skills.values_list("name", flat=True))
    return [
        f"Node {name!r}: there is no skill {skill!r}."
        for name, node in graph.nodes.items()
        if isinstance(node, QueueNode)
        for skill in dict.fromkeys(one.skill for one in node.requires)
        if skill in missing
    ]
