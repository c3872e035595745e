"""``/reports``: the month people are judged by, the lists behind its numbers, and the forecast."""

from flask import Blueprint

from web.reports import pages, wording, years

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
blueprint.add_app_template_filter(wording.note_words, "note_words")
blueprint.add_app_template_filter(wording.name_words, "name_words")

for _rule, _name, _view in (
    ("", "index", pages.index),
    ("/forecast", "forecast", pages.forecast),
    ("/year", "this_year", years.index),
    ("/year/<int:year>", "year", years.year),
    ("/year/<int:year>/xlsx", "year_excel", years.excel),
    ("/year/<int:year>/list/<code>", "year_behind", years.behind),
    ("/timeliness/<month>", "timeliness", pages.timeliness),
    ("/timeliness/<month>/xlsx", "excel", pages.excel),
    ("/timeliness/<month>/list/<kind>", "behind", pages.behind),
):
    blueprint.add_url_rule(_rule, _name, _view)
