"""What the language refuses, each with a stable code: ``expr.name``, ``expr.attribute``, ``expr.syntax``…"""

from engine.errors import ExpressionError

LONGEST = 1_000  # characters of one expression
DEEPEST = 40  # nested brackets, calls and operators
LONGEST_TEXT = 10_000  # characters or items that one operation may produce
LARGEST_NUMBER = 10**18

# functions of Python that no diagram may call, and words of its syntax that no variable may have
PYTHON_FUNCTIONS = frozenset({
    "eval", "exec", "compile", "open", "globals", "locals", "vars", "dir", "getattr", "setattr", "delattr",
    "hasattr", "type", "super", "object", "breakpoint", "input", "help",
})  # fmt: skip
PYTHON_WORDS = frozenset({
    "lambda", "await", "async", "yield", "import", "for", "while", "def", "nonlocal",
})  # fmt: skip
PYTHON_ATTRIBUTES = frozenset({
    "mro", "format", "format_map", "gi_frame", "cr_frame", "ag_frame", "tb_frame", "f_back", "f_globals", "f_locals",
    "f_builtins", "gi_code", "Formatter",
})  # fmt: skip
TEXT_FORMATTING = frozenset(["format", "format_map", "Formatter"])


def unreadable(text: str, why_zh: str, why_en: str) -> ExpressionError:
    """The text is no expression of this language."""
    return ExpressionError(
        f"表达式“{shorten(text)}”无法识别：{why_zh}",
        f"cannot read the expression {shorten(text)!r}: {why_en}",
        "请使用比较、算术、and/or/not、属性和内置函数。",
        "expr.syntax",
    )


def forbidden_name(text: str, name: str) -> ExpressionError:
    """A name that no diagram may use."""
    return ExpressionError(
        f"表达式“{shorten(text)}”使用了不允许的名称 {name}",
        f"the name {name!r} is not allowed in {shorten(text)!r}",
        "变量名以字母或汉字开头。",
        "expr.name",
        name,
    )


def forbidden_attribute(text: str, name: str) -> ExpressionError:
    """A property that belongs to Python and not to the data."""
    return ExpressionError(
        f"表达式“{shorten(text)}”使用了不允许的属性 {name}",
        f"the property {name!r} is not allowed in {shorten(text)!r}",
        "只能访问流程数据中的字段。",
        "expr.attribute",
        name,
    )


def over_budget(text: str, why_zh: str, why_en: str) -> ExpressionError:
    """Evaluating would cost too much time or memory."""
    return ExpressionError(
        f"表达式“{shorten(text)}”超出限制：{why_zh}",
        f"{shorten(text)!r} exceeds a limit: {why_en}",
        "请简化表达式。",
        "expr.budget",
    )


def foreign_call(text: str, name: str) -> ExpressionError:
    """A method or bean of another engine; a file that needs it deploys, and fails when the expression is needed."""
    return ExpressionError(
        f"表达式“{shorten(text)}”调用了本系统没有的方法 {name}()",
        f"{shorten(text)!r} calls {name}(), which does not exist here",
        "请改用流程变量或内置函数。",
        "expr.call",
        name,
    )


def unknown_variable(text: str, name: str) -> ExpressionError:
    """The data holds no such variable."""
    return ExpressionError(
        f"表达式“{shorten(text)}”中的变量 {name} 不存在",
        f"the variable {name!r} in {shorten(text)!r} does not exist",
        "请检查表单字段名，或在流程中先赋值。",
        "expr.unknown_variable",
        name,
    )


def failed(text: str, why: str) -> ExpressionError:
    """The expression is well formed, but not for these values."""
    return ExpressionError(
        f"表达式“{shorten(text)}”无法计算：{why}",
        f"{shorten(text)!r} cannot be evaluated: {why}",
        "请检查变量的类型。",
        "expr.failed",
    )


def shorten(text: str) -> str:
    """The text as it may stand in a message."""
    return text if len(text) <= 60 else text[:57] + "…"
