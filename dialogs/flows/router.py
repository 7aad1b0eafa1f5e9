"""The router: what the bot makes of something a customer wrote.

Each responder either answers the message or passes it on; they stand in the order in which a good listener would try
them, with the reasons in their manifests. What nobody can answer is a miss, which is a value and not an error.
"""

from __future__ import annotations

from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.intake.draft_replies import as_a_reply
from dialogs.flows.intake.fallback import miss
from dialogs.flows.questions import come_back
from dialogs.flows.safety_messages import crisis_in, heed_dangers
from dialogs.flows.scene import Scene
from dialogs.understanding.reading import Reading


def route(scene: Scene, said: Said, reading: Reading) -> Scene:
    """Answer a message. Danger in it is heeded first, whatever the rest says."""
    scene = heed_dangers(scene, reading)
    if scene.draft and not crisis_in(reading):
        scene = drafting.heed(scene, reading)
        reading = as_a_reply(scene, reading)
    for responder in scene.table.responders:
        answered = responder.answers(scene, said, reading)
        if answered is not None:
            return answered.understood()
    return come_back(scene) if said.troubles else miss(scene, reading)
