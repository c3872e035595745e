"""Writes the Word templates of supervision and of its reports, with the words and lines of ``red_header_docx``.

An office changes the templates in Word. This program is how the shipped ones came to be; run it after changing it here:
    .venv/bin/python tools/supervision_docx.py
"""

from pathlib import Path

import red_header_docx as word

PROCESSES = Path(__file__).resolve().parents[1] / "processes"
WIDTH = round(156 * word.MM)
EDGE = '<w:{0} w:val="single" w:sz="6" w:space="0" w:color="{1}"/>'
BLACK = "000000"
REPORT = "supervision_report/documents/report.docx"


def main() -> None:
    """Write the files that have changed."""
    papers = (
        ("supervision/documents/notice.docx", notice()),
        ("supervision/documents/verification.docx", verification()),
        ("deployment/documents/sheet.docx", sheet()),
        (REPORT, report()),
    )
    for name, body in papers:
        target, made = PROCESSES / name, word.pack(body)
        if not target.exists() or target.read_bytes() != made:
            target.write_bytes(made)


def notice() -> str:
    """督办通知书: what it is, the facts, the deadline, and the slip to return."""
    said = word.said
    facts = (
        ("督办事项", "{{ title }}"),
        ("背景依据", "{{ [texts.source, texts.superior_no, texts.source_ref] | select | join('　') }}"),
        ("工作要求", "{{ texts.requirement }}"),
        ("主办单位", "{{ texts.lead_unit }}"),
        ("协办单位", "{{ texts.co_units or '无' }}"),
        ("办结时限", "{{ texts.due }}"),
        ("反馈要求", "{{ texts.feedback_cycle }}反馈一次进展，在督办系统中填报。联系人：{{ initiator }}"),
        (
            "逾期后果",
            "到期前办不完的，应当在到期前申请延期。逾期未办结的亮红灯、发红色督办单，列入督查通报并计入考核。",
        ),
    )
    slip = (
        ("签收单位", "{{ texts.lead_unit }}", "签收时限", "{{ texts.receipt_due }}"),
        ("签收人", "", "签收时间", ""),
        ("承办人", "{{ texts.handler }}", "联系电话", "{{ texts.contact }}"),
    )
    return (
        said("督办通知书", font=word.SONG, size=48, color=word.RED, align="center", exact=False)
        + said("{{ texts.notice_no }}\t件号 {{ number }}", tab=WIDTH, border=("bottom", word.RED, 12, 4))
        + said("{{ texts.lead_unit }}：", font=word.HEI)
        + table(facts, (1500, WIDTH - 1500), word.RED)
        + said("")
        + said("党委督查委员会办公室", align="right", right=word.CHARACTER)
        + said("{{ data.handed_over | chinese_date }}", align="right", right=2 * word.CHARACTER)
        + said("督办通知书签收回执", font=word.HEI, align="center", border=("top", BLACK, 6, 4))
        + table(slip, (1500, WIDTH // 2 - 1500, 1500, WIDTH // 2 - 1500), BLACK)
    )


def verification() -> str:
    """复核报告: what was verified, by whom, with which result."""
    said, wide = word.said, (1500, WIDTH - 1500)
    facts = (
        ("督办事项", "{{ title }}"),
        ("主办单位", "{{ texts.lead_unit }}"),
        ("办结时限", "{{ texts.due }}"),
        ("复核时间", "{{ texts.verify_at }}"),
        ("复核地点", "{{ texts.verify_place }}"),
        ("参加人员", "{{ texts.verified_by }}"),
        ("完成标准", "{{ texts.requirement }}"),
    )
    found = (
        ("复核结论", "{{ texts.verify_result }}"),
        ("复核意见", "{{ texts.verify_words }}"),
        ("发现问题", "{{ texts.verify_found or '无' }}"),
        ("现场照片", "{{ files.verify_photos | join('、') or '无' }}"),
    )
    return (
        said("督办事项复核报告", font=word.SONG, size=44, align="center", exact=False)
        + said("{{ texts.verification_no }}\t件号 {{ number }}", tab=WIDTH, border=("bottom", BLACK, 12, 4))
        + table(facts, wide, BLACK)
        + said("")
        + _listed("checks", "办结申请逐条对照", ["完成标准", "criterion", "申请时说明的完成情况", "result"])
        + table(found, wide, BLACK)
        + said("")
        + said("复核人签字：\t主办单位签字：", tab=WIDTH // 2)
        + said("")
        + said("党委督查委员会办公室", align="right", right=word.CHARACTER)
        + said("{{ today | chinese_date }}", align="right", right=2 * word.CHARACTER)
    )


def sheet() -> str:
    """工作部署单: the grounds, who leads what until when, and who signed it."""
    said = word.said
    facts = (
        ("部署事项", "{{ title }}"),
        ("依据", "{{ texts.basis }}"),
        ("总体要求", "{{ texts.demands }}"),
        ("印发范围", "{{ texts.receivers }}"),
    )
    columns = [
        "事项",
        "title",
        "完成标准",
        "requirement",
        "主办单位",
        "lead_unit",
        "协办单位",
        "co_units",
        "办结时限",
        "due",
    ]
    return (
        said("工作部署单", font=word.SONG, size=44, color=word.RED, align="center", exact=False)
        + said("{{ texts.sheet_no }}\t件号 {{ number }}", tab=WIDTH, border=("bottom", word.RED, 12, 4))
        + table(facts, (1500, WIDTH - 1500), word.RED)
        + said("")
        + _listed("matters", "任务分解", columns)
        + said("签发：{{ texts.signer }}")
        + said("党委督查委员会办公室", align="right", right=word.CHARACTER)
        + said("{{ data.issued_on | chinese_date }}", align="right", right=2 * word.CHARACTER)
    )


def report() -> str:
    """督查通报 and its kin: the summary, every table that has lines, and what is said besides."""
    said = word.said
    head = said("{{ title }}", font=word.SONG, size=40, align="center", exact=False)
    head += said("（{{ texts.since }} 至 {{ texts.until }}）", align="center")
    head += said("总体情况", font=word.HEI) + said("{{ texts.summary }}", first=2 * word.CHARACTER)
    tables = {
        "units": ("分单位亮灯情况", "单位 unit 绿灯 green 黄灯 amber 红灯 red 办结 done 按时率 rate"),
        "late": ("逾期事项及责任单位", "件号 matter_no 事项 title 责任单位 unit 办结时限 due 逾期工作日 late_days"),
        "added": ("本期新增", "件号 matter_no 事项 title 主办单位 unit 办结时限 due"),
        "going": ("推进中", "事项 title 主办单位 unit 进度% percent 存在问题 problems 下一步 next 需协调 help"),
        "closed": ("已销号", "件号 matter_no 事项 title 主办单位 unit 逾期工作日 late_days"),
        "seal_checks": ("用印抽查情况", "抽查月份 period 抽查件数 checked 不一致件数 differing 结论 conclusion"),
    }
    words = {"found": "复核发现的问题", "praise": "表扬", "blame": "批评", "demands": "下步要求"}
    listed = "".join(_listed(name, title, columns.split()) for name, (title, columns) in tables.items())
    judged = "".join(
        word.when(
            f"texts.{name}", said(title, font=word.HEI) + said(f"{{{{ texts.{name} }}}}", first=2 * word.CHARACTER)
        )
        for name, title in words.items()
    )
    sign = said("党委督查委员会办公室", align="right", right=word.CHARACTER)
    return head + listed + judged + sign + said("{{ today | chinese_date }}", align="right", right=2 * word.CHARACTER)


def _listed(name: str, title: str, columns: list[str]) -> str:
    """A head and a table with one line for each row, if there are any."""
    heads, fields = columns[::2], columns[1::2]
    width = WIDTH // len(heads)
    widths = (width,) * len(heads)
    cells = tuple(f"{{{{ row.{field} }}}}" for field in fields)
    rows = (tuple(heads), (f"{{%tr for row in rows.{name} %}}",) + ("",) * (len(heads) - 1), cells,
            ("{%tr endfor %}",) + ("",) * (len(heads) - 1))  # fmt: skip
    return word.when(f"rows.{name}", word.said(title, font=word.HEI) + table(rows, widths, BLACK) + word.said(""))


def table(rows: tuple[tuple[str, ...], ...], widths: tuple[int, ...], color: str) -> str:
    """A table with lines; the first and third cell of a row are its heads."""
    edges = "".join(EDGE.format(side, color) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    shape = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join(f"<w:tr>{_row(row, widths)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr>{shape}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _row(row: tuple[str, ...], widths: tuple[int, ...]) -> str:
    cells = enumerate(zip(row, widths, strict=True))
    return "".join(_cell(text, width, head=place % 2 == 0) for place, (text, width) in cells)


def _cell(text: str, width: int, *, head: bool) -> str:
    inner = word.said(text, font=word.HEI if head else word.FANG, size=24, align="center" if head else "", exact=False)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}</w:tc>'


if __name__ == "__main__":
    main()
