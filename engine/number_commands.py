"""`sanban numbers`: the report of continuity on the command line."""

import click

from engine.runtime import open_engine
from engine.telling import as_json, say
from engine.verbs import numbers


@click.command("numbers")
@click.option("--year", type=int, help="Only this year.")
@as_json
@click.pass_context
def numbers_command(ctx: click.Context, year: int | None, as_json: bool) -> None:
    """Show every series of numbers with its gaps; exit code 1 if a number is missing or not as it was written."""
    engine = open_engine()
    try:
        found = numbers.books(engine, None, year=year)
    finally:
        engine.close()
    say(found, as_json, lambda: "\n".join(_line(book) for book in found) or "-")
    ctx.exit(1 if any(book.missing or book.altered or book.last is None for book in found) else 0)


def _line(book: numbers.Book) -> str:
    gaps = "、".join(map(str, book.missing)) or "-"
    last = "?" if book.last is None else book.last
    gaps += f" ({book.altered} altered)" if book.altered else ""
    return f"{book.series}\t{book.year}\t{last}\t{book.used}\t{book.reserved}\t{book.void}\t{gaps}"
