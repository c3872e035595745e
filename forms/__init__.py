"""Read, validate and draw a form. Pure: no database, no web, no engine; the caller brings expressions and people."""

from forms.adopting import adopt, components
from forms.amounts import Amount, is_money, worth
from forms.checking import Checked, check
from forms.conditions import amounts, defaults, variables, visible
from forms.drawing import Drawing, DrawnSection, Widget, draw
from forms.model import Field, FieldProblem, Form, FormError, FormFault, Option, Refused, Rule, Section
from forms.permissions import permissions
from forms.posting import parse_post
from forms.reading import form_of, read_form
from forms.schema import json_schema
from forms.types import TYPES, FieldType

__all__ = [
    "TYPES",
    "Amount",
    "Checked",
    "Drawing",
    "DrawnSection",
    "Field",
    "FieldProblem",
    "FieldType",
    "Form",
    "FormError",
    "FormFault",
    "Option",
    "Refused",
    "Rule",
    "Section",
    "Widget",
    "adopt",
    "amounts",
    "check",
    "components",
    "defaults",
    "draw",
    "form_of",
    "is_money",
    "json_schema",
    "parse_post",
    "permissions",
    "read_form",
    "variables",
    "visible",
    "worth",
]
