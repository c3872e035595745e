"""``/registers``: every register: list, record with its history, changes by hand, import, export."""

from flask import Blueprint

from web.registers import cells, importing, keeping, pages

blueprint = Blueprint("registers", __name__, url_prefix="/registers")
blueprint.add_app_template_filter(cells.cell, "cell")

for _method, _rule, _name, _view in (
    ("GET", "", "index", pages.index),
    ("GET", "/<register>", "sheet", pages.sheet),
    ("GET", "/<register>.csv", "table", pages.table),
    ("GET", "/<register>.xlsx", "workbook", pages.workbook),
    ("GET", "/<register>/<int:record>", "line", pages.line),
    ("GET", "/<register>/new", "new", keeping.new),
    ("POST", "/<register>/new", "add", keeping.add),
    ("GET", "/<register>/<int:record>/change", "change_form", keeping.change_form),
    ("POST", "/<register>/<int:record>/change", "change", keeping.change),
    ("GET", "/<register>/template.xlsx", "template", importing.template),
    ("GET", "/<register>/import", "import_form", importing.form),
    ("POST", "/<register>/import", "preview", importing.preview),
    ("POST", "/<register>/import/apply", "take_in", importing.take_in),
):
    blueprint.add_url_rule(_rule, _name, _view, methods=[_method])
