"""``/meetings``: meetings in preparation, the checklist of each as a board, and ticking its entries."""

from flask import Blueprint

from web.meetings import changing, lanes, pages, template, ticking

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")
blueprint.add_app_template_filter(lanes.offset_words, "offset_words")
blueprint.add_app_template_filter(ticking.because, "because")
blueprint.add_app_template_filter(lanes.offset_on_paper, "offset_on_paper")

for _method, _rule, _name, _view in (
    ("GET", "", "index", pages.index),
    ("GET", "/plan", "plan", pages.plan),
    ("GET", "/template", "template", template.page),
    ("POST", "/template", "answer_template", template.answer),
    ("POST", "/template/proposals", "propose", template.propose),
    ("GET", "/<number>", "board", pages.board),
    ("GET", "/<number>/print", "print_list", pages.print_list),
    ("GET", "/<number>/agenda", "agenda", pages.agenda_list),
    ("GET", "/<number>/decisions", "decisions", pages.decisions),
    ("GET", "/<number>/change", "change", changing.form),
    ("POST", "/<number>/change", "submit_change", changing.submit),
    ("GET", "/<number>/changes", "changes", changing.changes),
    ("POST", "/<number>/changes/<int:item>", "confirm_change", changing.confirm),
    ("GET", "/<number>/entries/<int:item>", "entry", ticking.form),
    ("POST", "/<number>/entries/<int:item>", "settle", ticking.settle),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
