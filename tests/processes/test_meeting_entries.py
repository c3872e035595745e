"""The 86 entries of the checklist, line by line: owner, day, what they wait for, kinds of meetings, star, evidence.

Typed from domain.md §4.3, so that the template is compared with the office's list and not with itself.
"""

import pytest

from engine.package import ChecklistRow, read_package
from engine.settings import SHIPPED
from engine.verbs import definitions

# code | owner | day | waits for | kinds of meetings | star | evidence; what lasts as long as the meeting ends with it
LINES = """
A01 | 办公室主任 | T-15 | — | 大中签 | ★ | 立项单
A02 | 会场组长 | T-12 | A01 | 大中视签 | ★ | 预定单号
A03 | 会务总协调 | T-12 | A01 | 大中签 | ★ | 方案文件
A04 | 后勤组长 | T-11 | A03 | 大中签 | — | 预算单
A05 | 办公室主任 | T-10 | A03,A04 | 大中签 | ★ | 批示
A06 | 会务总协调 | T-9 | A05 | 大中签 | ★ | 分工表
A07 | 会务总协调 | T-9 | A06 | 大签 | — | 记录
A08 | 安保组长 | T-6 | A06 | 大签 | ★ | 预案文件
B01 | 秘书材料组长 | T-14 | A01 | 大中签 | ★ | 任务书
B02 | 秘书材料组 | T-8 | B01 | 大中签 | ★ | 初稿
B03 | 秘书材料组 | T-5 | B02 | 大中 | — | 修改稿
B04 | 秘书材料组长 | T-2 | B03 | 大中签 | ★ | 定稿
B05 | 秘书材料组 | T-3 | B07 | 大中签 | ★ | 定稿
B06 | 秘书材料组 | T-5 | A05 | 大中 | — | 材料
B07 | 会务总协调 | T-5 | A05 | 大中视签 | ★ | 议程
B08 | 秘书材料组 | T-4 | B02 | 大中 | — | 发文字号
B09 | 秘书材料组 | T-4 | A05 | 大 | — | 实物清单
B10 | 法务/业务部门 | T-3 | A05 | 签 | ★ | 用印登记号
B11 | 宣传组 | T-3 | B07 | 大中签 | — | 文件
B12 | 秘书材料组 | T-3 | B07,C07 | 大 | — | 手册
B13 | 秘书材料组 | T-1 15:30 | B04,B05,B07 | 大中 | ★ | 装袋清单
B14 | 秘书材料组 | T-1 15:30 | B13 | 大中 | — | 登记表
C01 | 会务总协调 | T-10 | A03 | 大中视签 | ★ | 批示
C02 | 会务组 | T-8 | A05,C01 | 大中视签 | ★ | 通知
C03 | 会务组 | T-7 | C02 | 大中视签 | ★ | 回执率 100%
C04 | 接待组长 | T-8 | A05 | 大签 | — | 确认记录
C05 | 会务组 | T-4 | C03 | 大中视 | — | 名单
C06 | 会务组 | T-3 | C05 | 大中视 | — | 请假单
C07 | 会务总协调 | T-3 | C05 | 大中视签 | ★ | 名单
C08 | 会务总协调 | T-2 | C07 | 大中签 | ★ | 座次图
C09 | 会场组 | T-1 15:30 | C08 | 大中签 | ★ | 照片
C10 | 会务组 | T-2 | C07 | 大签 | — | 发放表
C11 | 会务组 | T-2 | C07 | 大 | — | 分组表
C12 | 会务总协调 | T-1 15:30 | C07 | 大中签 | ★ | 确认
D01 | 宣传组 | T-4 | B07 | 大中视签 | ★ | 文案
D02 | 会场组 | T-1 15:30 | D01 | 大中签 | — | 照片
D03 | 会场组 | T-1 15:30 | C08 | 大中签 | — | 照片
D04 | 信息/会场组 | T-1 15:30 | D03 | 大中视签 | ★ | 调试单
D05 | 信息组 | T-2 | A02 | 视 | ★ | 联调表
D06 | 信息组 | T-1 15:30 | D05 | 视 | ★ | 联调表
D07 | 宣传组 | T-1 15:30 | B11 | 大签 | — | 彩排记录
D08 | 会务组 | T-1 15:30 | C07 | 大中 | — | —
D09 | 会场组 | T-1 15:30 | C08 | 大中签 | — | —
D10 | 会场组 | T-1 15:30 | A02 | 大签 | — | —
D11 | 接待组 | T-1 15:30 | C04 | 大签 | — | —
D12 | 后勤组长 | T-1 15:30 | A02 | 大签 | — | 保障单
D13 | 安保组长 | T-2 | A02 | 大签 | ★ | 检查单
E01 | 后勤组 | T-4 | C05 | 大 | — | 房号表
E02 | 后勤组 | T-3 | C05 | 大中 | — | 菜单
E03 | 车辆管理员 | T-3 | C05 | 大签 | — | 派车单
E04 | 接待组长 | T-4 | C04 | 签 | — | 审批单
E05 | 后勤组 | T-2 | A06 | 大 | — | —
E06 | 安保组长 | T-3 | C05 | 大签 | — | 方案
F01 | 宣传组长 | T-4 | A05 | 大签 | — | 方案
F02 | 宣传组 | T-1 15:30 | B04 | 大签 | — | 通稿
F03 | 宣传组 | T-1 15:30 | D02 | 大签 | — | —
G01 | 办公室主任 | T-1 16:00 | — | 大中视签 | ★ | 检查表签字
G02 | 会务总协调 | T-1 20:00 | G01 | 大中视签 | ★ | 销项表
G03 | 信息组 | T-2h | G01 | 视大中 | ★ | 终检单
G04 | 会务总协调 | T-1h | C12 | 大中 | ★ | 记录
J01 | 会务组 | start-30min | — | 大中 | ★ | —
J02 | 会务组 | start-10min | — | 大中视 | ★ | —
J03 | 会场组 | start-5min | — | 大签 | — | —
J04 | 秘书材料组 | end+30min | — | 大中视签董党总 | ★ | —
J05 | 信息组 | end+30min | — | 视大中 | ★ | —
J06 | 会务总协调 | end+30min | — | 大中 | — | —
J07 | 会场组 | end+30min | — | 大中 | — | —
J08 | 秘书材料组 | end+30min | — | 大中 | — | —
J09 | 会务总协调 | end+15min | — | 大中视签董党总 | ★ | —
J10 | 宣传组 | end+30min | — | 大签 | — | —
J11 | 董办/法务 | end+10min | — | 董签 | ★ | —
J12 | 各组记录员 | end+30min | — | 大 | — | —
J13 | 后勤组 | end+1h | — | 大 | — | —
K01 | 会务组 | end+2h | — | 大中董 | ★ | —
K02 | 接待组 | T+1 | — | 大签 | — | —
K03 | 宣传组 | T+1 | F02 | 大签 | — | —
K04 | 信息组 | T+1 | — | 大中视 | — | —
K05 | 秘书材料组 | T+2 | J04 | 大中董 | ★ | —
K06 | 办公室主任 | T+4 | K05 | 大中董 | ★ | —
K07 | 文书 | T+5 | K06 | 大中董 | ★ | —
K08 | 督查专员 | T+5 | K06 | 大中董 | ★ | —
K09 | 秘书材料组 | T+3 | J04 | 大 | — | —
K10 | 会务总协调 | T+3 | — | 大中签 | ★ | —
K11 | 各单位联络员 | T+10 | K07 | 大 | — | —
K12 | 后勤组 | T+10 | — | 大中签 | — | —
K13 | 会务组 | T+10 | K07 | 大中董签 | ★ | —
"""
ENTRIES = [[part.strip() for part in line.split("|")] for line in LINES.strip().splitlines()]


@pytest.fixture(scope="module")
def template() -> dict[str, ChecklistRow]:
    package = read_package(definitions.read_folder(SHIPPED / "meeting_preparation"))
    return {row.id: row for row in package.checklists["checklists/meeting.csv"]}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry[0]))
def test_an_entry_of_the_checklist_is_as_the_office_wrote_it(
    template: dict[str, ChecklistRow], entry: list[str]
) -> None:
    code, owner, day, waits_for, kinds, star, evidence = entry

    row = template[code]

    assert (row.owner, row.due) == (owner, day)
    assert row.requires == (() if waits_for == "—" else tuple(waits_for.split(",")))
    assert row.tags == frozenset(kinds)
    assert (row.key, row.evidence or "—") == (star == "★", evidence)


def test_nothing_stands_in_the_template_that_the_office_did_not_write(template: dict[str, ChecklistRow]) -> None:
    assert list(template) == [entry[0] for entry in ENTRIES]
