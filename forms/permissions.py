"""Who may see and write which field at a step: the text of the ``fields`` property made into a map."""

from forms.model import Form, FormError, FormFault

RIGHTS = frozenset({"read", "write", "hide"})


def permissions(text: str, form: Form, *, first: bool) -> dict[str, str]:
    """Rights of every field at a step.

    ``text`` is like ``gates:write, amount:hide`` (``*`` means every field). Fields it does not name are to be read, at
    the first step to be written; what only the engine writes is never to be written. Raises FormError.
    """
    rights = dict.fromkeys(form.by_id, "write" if first else "read")
    faults: list[FormFault] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, right = (piece.strip() for piece in part.partition(":"))
        if right not in RIGHTS or (name != "*" and name not in form.by_id):
            faults.append(
                FormFault(
                    f"fields：{part[:60]}", "应为“字段:read/write/hide”，且字段存在", "must be field:read|write|hide"
                )
            )
        elif name == "*":
            rights = dict.fromkeys(rights, right)
        else:
            rights[name] = right
    if faults:
        raise FormError(form.name, faults)
    system = {field.id for field in form.fields if field.system}
    return {id: "read" if right == "write" and id in system else right for id, right in rights.items()}
