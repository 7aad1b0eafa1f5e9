"""Evidence: the files of a complaint, as many as the playbook allows, and those that are held back."""

from __future__ import annotations

from complaints.record import Attachment, Slot
from dialogs.flows.effects import Announce, Note, Recorded
from dialogs.flows.events import Withheld
from dialogs.flows.files.media_groups import COUNT
from dialogs.flows.scene import Scene


def take_files(scene: Scene, files: tuple[Attachment, ...], *, album: bool = False) -> Scene:
    """Keep the files with the draft, as many as the playbook allows, and say how many there are.

    Of an album that is told when all of it is there.
    """
    assert scene.draft is not None
    known = scene.draft.record.evidence
    scene = keep_files(scene, files)
    kept = scene.draft.record.evidence if scene.draft else ()
    if album:
        return scene.tell(COUNT)
    if len(known) + len(files) > len(kept) and len(kept) == _most(scene):
        return scene.say("files.enough", most=_most(scene))
    if files and all(file.media_type.startswith("audio/") for file in files):
        return scene.say("files.kept_voice")
    return scene.say("files.kept", count=len(kept))


def keep_files(scene: Scene, files: tuple[Attachment, ...]) -> Scene:
    """The same without a word."""
    assert scene.draft is not None
    known = scene.draft.record.evidence
    digests = {file.digest for file in known}
    kept = (known + tuple(file for file in files if file.digest not in digests))[: _most(scene)]
    skipped = tuple(slot for slot in scene.draft.skipped if slot != Slot.EVIDENCE)
    return scene.redraft(record=scene.draft.record.put(Slot.EVIDENCE, kept), skipped=skipped)


def _most(scene: Scene) -> int:
    return scene.setting.playbook.file.attachments.most


def withhold(scene: Scene, withheld: Withheld) -> Scene:
    """A file was held back: colleagues read what was found in it, the customer that it was."""
    scene = scene.next_turn()
    note = scene.text("note.withheld", name=withheld.name, finding=withheld.finding)
    scene = scene.do(Note(note), Recorded("file_withheld", {"finding": withheld.finding}))
    if not withheld.tell or scene.conversation.session.left or scene.conversation.handoff.barred:
        return scene
    return scene.do(Announce(scene.text("files.refused_harmful", name=withheld.name)))
