"""Reads the cells of one workbook in a process of its own. Started as a script, it knows nothing of ours."""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import load_workbook


def main(megabytes: int, most_rows: int, most_columns: int) -> None:
    """Print the rows of the first sheet as JSON; a file that needs more memory than allowed ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    book = load_workbook(BytesIO(sys.stdin.buffer.read()))
    sheet = book.get_sheet_by_index(0)
    size = (sheet.total_height, sheet.total_width)
    if size[0] > most_rows or size[1] > most_columns:
        json.dump({"size": size}, sys.stdout)
        return
    rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    json.dump({"rows": rows, "sheets": len(book.sheet_names)}, sys.stdout, ensure_ascii=False)


def plain(cell: object) -> object:
    """A cell as JSON has it: dates by ISO, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
