"""``/supervision``: all matters at one look, the ladder of one of them, and 催办 for many at once."""

from flask import Blueprint

from web.supervision import chasing, notice, pages, scores, wording

blueprint = Blueprint("supervision", __name__, url_prefix="/supervision")
blueprint.add_app_template_filter(wording.rung_title, "rung_title")
blueprint.add_app_template_filter(wording.addressees, "addressees")

for _method, _rule, _name, _view in (
    ("GET", "", "overview", pages.overview),
    ("GET", "/scores", "scores", scores.scores),
    ("GET", "/scores.xlsx", "scores_file", scores.scores_file),
    ("GET", "/scores/year", "year_scores", scores.year_scores),
    ("GET", "/scores/year.xlsx", "year_scores_file", scores.year_scores_file),
    ("GET", "/ledger.xlsx", "ledger_file", scores.ledger_file),
    ("GET", "/<number>", "ladder", pages.ladder),
    ("GET", "/<number>/notice", "notice", notice.notice),
    ("POST", "/chase", "chase", chasing.chase),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
