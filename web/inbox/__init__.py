"""``/inbox`` and its sister lists: what is to do, what was done, what I started, what I was sent to read, drafts."""

from flask import Blueprint

from web.inbox import bulk, pages, pulse, saved, searching
from web.lists.boxes import BOXES

blueprint = Blueprint("inbox", __name__)

for _box in BOXES.values():
    blueprint.add_url_rule(_box.path, _box.key, pages.box, defaults={"key": _box.key})
blueprint.add_url_rule("/inbox/pulse", "pulse", pulse.pulse)
blueprint.add_url_rule("/here", "here", pulse.here)
blueprint.add_url_rule("/inbox/bulk", "bulk", bulk.ask, methods=["POST"])
blueprint.add_url_rule("/inbox/bulk/go", "bulk_go", bulk.go, methods=["POST"])
blueprint.add_url_rule("/mine/urge", "urge", pages.urge, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:item>", "draft_of_item", pages.draft_of_item)
blueprint.add_url_rule("/search", "search", searching.search)
blueprint.add_url_rule("/inbox/filters", "save_filter", saved.save, methods=["POST"])
blueprint.add_url_rule("/inbox/filters/drop", "drop_filter", saved.drop, methods=["POST"])
