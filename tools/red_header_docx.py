"""Writes processes/document_issue/documents/red_header.docx: the 红头文件 of GB/T 9704 as a Word template of our own.

An office changes the template in Word. This program is how the shipped one came to be; run it after changing it here:
    .venv/bin/python tools/red_header_docx.py
"""

import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

TARGET = Path(__file__).resolve().parents[1] / "processes" / "document_issue" / "documents" / "red_header.docx"
SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
RED = "E60012"
THREE, FOUR = 32, 28  # 3号 and 4号 in half points
MM = 56.6929  # twentieths of a point
PITCH = round(225 * MM / 22)  # 22 lines in 225 mm
CHARACTER = 320  # a character of 3号 in twentieths of a point
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {"word/document.xml": "document.main", "word/styles.xml": "styles", "word/settings.xml": "settings",
         "word/footer1.xml": "footer", "word/footer2.xml": "footer"}  # fmt: skip
SECRET = "data.classification in ('工作秘密', '普通商密', '核心商密')"
MARK = "{{ one }}{{ '' if data.genre == '函' else '纪要' if data.genre == '纪要' else '文件' }}"


def main() -> None:
    """Write the file, if anything in it has changed."""
    made = build()
    if not TARGET.exists() or TARGET.read_bytes() != made:
        TARGET.write_bytes(made)


def build() -> bytes:
    """The template as bytes; the same ones every time."""
    return pack(_body())


def pack(body: str) -> bytes:
    """A Word file of this body, on the page and with the footers of the standard."""
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": ("styles", "styles.xml"),
                "rId2": ("settings", "settings.xml"),
                "rId3": ("footer", "footer1.xml"),
                "rId4": ("footer", "footer2.xml"),
            }
        ),
        "word/document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{_page()}</w:body></w:document>",
        "word/styles.xml": f"{HEAD}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_font(FANG)}"
        f'<w:sz w:val="{THREE}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>',
        "word/settings.xml": f"{HEAD}<w:settings {NAMESPACES}><w:evenAndOddHeaders/></w:settings>",
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _body() -> str:
    return "".join((_above(), _text(), _signature(), _imprint()))


def _above() -> str:
    """Marks, the red mark of who issues it, number and signer over the red line, the title."""
    return (
        when("texts.copy_no", said("{{ texts.copy_no }}", font=HEI))
        + when(SECRET, said("{{ data.classification }}{{ '★' ~ data.secrecy_term if data.secrecy_term }}", font=HEI))
        + when("urgency != '平件'", said("{{ urgency }}", font=HEI))
        + said("") * 2
        + _each("one in lists.issuer", said(MARK, font=SONG, size=80, color=RED, align="center", exact=False))
        + said("")
        + when(
            "data.direction == '上行'",
            said(
                "{{ texts.doc_no }}\t签发人：{{ (lists.signer or []) | join('　') }}{{ '（代）' if data.by_proxy }}",
                left=CHARACTER,
                border=("bottom", RED, 12, 11),
                tab=round(156 * MM) - CHARACTER,
            ),
            said("{{ texts.doc_no }}", align="center", border=("bottom", RED, 12, 11)),
        )
        + said("")
        + said("{{ title }}", font=SONG, size=44, align="center", exact=False)
        + said("")
    )


def _text() -> str:
    """Heads have types of their own; the first line may name the recipients, else the form does."""
    worded = "loop.first and line.endswith('：')"
    return _each(
        "line in texts.body | paragraphs",
        when(f"loop.first and data.genre != '纪要' and not ({worded})", said("{{ lists.main_to | join('、') }}："))
        + when(worded, said("{{ line }}"))
        + when(f"not ({worded}) and line | level == 1", said("{{ line }}", font=HEI, first=2 * CHARACTER))
        + when(f"not ({worded}) and line | level == 2", said("{{ line }}", font=KAI, first=2 * CHARACTER))
        + when(f"not ({worded}) and line | level == 0", said("{{ line }}", first=2 * CHARACTER)),
    ) + when(
        "files.attachments",
        said("")
        + said("附件：", first=2 * CHARACTER)
        + _each("name in files.attachments", said("{{ loop.index }}. {{ name }}", left=5 * CHARACTER)),
    )


def _signature() -> str:
    return (
        said("")
        + when(
            "data.genre != '纪要'",
            _each("one in lists.issuer", said("{{ one }}", align="right", right=4 * CHARACTER))
            + said("{{ data.issue_date | chinese_date }}", align="right", right=4 * CHARACTER),
        )
        + when("texts.contact", said("（联系人：{{ texts.contact }}）", first=2 * CHARACTER))
        + said("")
    )


def _imprint() -> str:
    """抄送, who printed it and when, between lines."""
    printed = "{{ texts.printer or lists.issuer[0] ~ '办公室' }}\t{{ data.issue_date | chinese_date }}印发"
    end = round(156 * MM) - 280
    return when(
        "lists.copy_to",
        said("抄送：{{ lists.copy_to | join('，') }}。", size=FOUR, left=280, border=("top", "000000", 8, 4)),
    ) + said(printed, size=FOUR, left=280, tab=end, border=("both", "000000", 8, 4))


def when(condition: str, yes: str, no: str = "") -> str:
    otherwise = said("{%p else %}") + no if no else ""
    return said(f"{{%p if {condition} %}}") + yes + otherwise + said("{%p endif %}")


def _each(head: str, inner: str) -> str:
    return said(f"{{%p for {head} %}}") + inner + said("{%p endfor %}")


def said(
    text: str,
    *,
    font: str = FANG,
    size: int = THREE,
    color: str = "",
    align: str = "",
    exact: bool = True,
    left: int = 0,
    right: int = 0,
    first: int = 0,
    tab: int = 0,
    border: tuple[str, str, int, int] | None = None,
) -> str:
    """One paragraph; the order of its properties is that of the schema."""
    spacing = f'w:before="0" w:after="0" w:line="{PITCH}" w:lineRule="exact"' if exact else 'w:before="0" w:after="0"'
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{tab}"/></w:tabs>' if tab else ""
    shape = f"{_border(*border) if border else ''}{tabs}<w:spacing {spacing}/>"
    shape += f'<w:ind w:left="{left}" w:right="{right}" w:firstLine="{first}"/>'
    shape += f'<w:jc w:val="{align}"/>' if align else ""
    tint = f'<w:color w:val="{color}"/>' if color else ""
    run = f'<w:rPr>{_font(font)}{tint}<w:sz w:val="{size}"/></w:rPr>'
    said = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:p><w:pPr>{shape}</w:pPr><w:r>{run}{said}</w:r></w:p>"


def _border(side: str, color: str, eighths: int, space: int) -> str:
    lines = "".join(
        f'<w:{one} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'
        for one in (("top", "bottom") if side == "both" else (side,))
    )
    return f"<w:pBdr>{lines}</w:pBdr>"


def _font(name: str) -> str:
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}"/>'


def _page() -> str:
    """A4 with the page of the standard; the number of the page 7 mm below it."""
    top, right, bottom, left, footer = (round(side * MM) for side in (37, 26, 35, 28, 25))
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/>'
        f'<w:pgSz w:w="{round(210 * MM)}" w:h="{round(297 * MM)}"/><w:pgMar w:top="{top}" w:right="{right}" '
        f'w:bottom="{bottom}" w:left="{left}" w:header="850" w:footer="{footer}" w:gutter="0"/></w:sectPr>'
    )


def _footer(align: str) -> str:
    font = f'<w:rPr>{_font("宋体")}<w:sz w:val="{FOUR}"/></w:rPr>'
    page = f'<w:fldSimple w:instr=" PAGE "><w:r>{font}<w:t>1</w:t></w:r></w:fldSimple>'
    dash = [f'<w:r>{font}<w:t xml:space="preserve">{text}</w:t></w:r>' for text in ("— ", " —")]
    shape = f'<w:pPr><w:ind w:left="280" w:right="280"/><w:jc w:val="{align}"/></w:pPr>'
    return f"{HEAD}<w:ftr {NAMESPACES}><w:p>{shape}{dash[0]}{page}{dash[1]}</w:p></w:ftr>"


def _types() -> str:
    parts = "".join(f'<Override PartName="/{n}" ContentType="{OFFICE}.{k}+xml"/>' for n, k in PARTS.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/content-types"'
    return f"{HEAD}<Types {space}>{defaults}{parts}</Types>"


def _relations(found: dict[str, tuple[str, str]]) -> str:
    lines = "".join(f'<Relationship Id="{i}" Type="{KIND}/{k}" Target="{t}"/>' for i, (k, t) in found.items())
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return f"{HEAD}<Relationships {space}>{lines}</Relationships>"


if __name__ == "__main__":
    main()
